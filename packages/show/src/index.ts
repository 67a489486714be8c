/** Opens Isolde's figures in a browser window through nodeplotlib. */
export {}
