import { simulate, tigerLake } from "@isolde/core"
import { mpk } from "@isolde/mpk"
import { readRecording, recordingWorkload } from "@isolde/workloads"

const recording = await readRecording("out/nginx-tls.arrow")
const workload = recordingWorkload(recording, {
  isolate: { crypto: ["libcrypto.so.3"] },
  shared: ["libc.so.6"],
  exchange: "share"
})
const run = simulate(
  { machine: tigerLake({ cores: 4 }), mechanisms: [mpk()], workload, workers: 1, seed: 1 },
  { trace: "out/nginx-mpk" }
)
const { cycles, exposureByteCycles } = run.summary
process.stdout.write(
  `${cycles} cycles, ${run.overheadPercent.toFixed(2)} % overhead, ${exposureByteCycles} B x cycles\n`
)
