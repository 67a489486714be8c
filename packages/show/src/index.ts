/** Opens Isolde's figures in a browser window through nodeplotlib. */
export { type Shown, type ShownFigure, type ShowOptions, show } from "./show.ts"
