import { measure } from "./src/validate/measure.ts"
const go = async (run: any) => { const t = performance.now(); try { console.log(JSON.stringify(run), JSON.stringify(await measure(run)), (performance.now()-t).toFixed(0)+"ms") } catch (e: any) { console.log(JSON.stringify(run), String(e.stack).slice(0, 400)) } }
for (const cores of [1, 2, 4, 8]) await go({ machine: "skylake-sp", experiment: "streaming-bandwidth", parameters: { cores } })
await go({ machine: "skylake-sp", experiment: "streaming-bandwidth", parameters: { bytes: 16384, warmLaps: 2, laps: 8 } })
await go({ machine: "skylake-sp", experiment: "streaming-bandwidth", parameters: { bytes: 1<<18, warmLaps: 2, laps: 2 } })
for (const bytes of [16, 512, 4096, 32768, 262144]) await go({ machine: "tiger-lake", experiment: "copy", parameters: { bytes } })
await go({ machine: "skylake-sp", options: {cores: 1}, experiment: "protect-pages", parameters: { } })
await go({ machine: "skylake-sp", options: {cores: 1}, experiment: "protect-pages", parameters: { contiguous: true } })
for (const threads of [1, 5, 10, 20]) await go({ machine: "skylake-sp", options: {cores: 20, threadsPerCore: 2}, experiment: "permission-synchronisation", parameters: { threads } })
await go({ machine: "tiger-lake", experiment: "invocation", mechanism: { name: "mpk", config: { extendedRegisters: true } } })
await go({ machine: "skylake-sp", experiment: "rights-write", mechanism: { name: "mpk", config: { wrpkru: 23 } } })
await go({ machine: "skylake-sp", experiment: "rights-write", mechanism: { name: "mpk", config: { wrpkru: 23 } }, parameters: { after: 35 } })
await go({ machine: "skylake-sp", experiment: "rights-write", mechanism: { name: "mpk", config: { wrpkru: 23 } }, parameters: { before: 35 } })
await go({ machine: "skylake-sp", experiment: "rights-write", parameters: { writes: 0, before: 35 } })
for (const bytes of [16, 512, 4096, 65536]) await go({ machine: "cortex-x3", experiment: "hand-over", mechanism: { name: "mte" }, parameters: { bytes } })
for (const kind of ["load", "store"]) { await go({ machine: "cortex-x3", experiment: "access-throughput", parameters: { kind } }); await go({ machine: "cortex-x3", mechanism: { name: "mte" }, experiment: "access-throughput", parameters: { kind } }) }
await go({ machine: "morello", experiment: "invocation", mechanism: { name: "cheri" } })
await go({ machine: "skylake-sp", experiment: "invocation", mechanism: { name: "ept" } })
