// How the /docs page looks.

export const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dee7, #303846); --soft: light-dark(#f5f7fa, #1a1f29); --accent: light-dark(#0b57d0, #8ab4f8) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 6rem; font: 16px/1.55 system-ui, sans-serif; background: light-dark(#fff, #12161d); color: light-dark(#1b2330, #e4e8ef) }
h1 small { font-size: 1rem; font-weight: 400; opacity: .65 }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
h3 { margin: 0; font-size: 1.05rem }
h4 { margin: 1rem 0 .25rem; font-size: .85rem; text-transform: uppercase; letter-spacing: .05em; opacity: .7 }
a { color: var(--accent); margin-right: .75rem }
section { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0 }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 3.6em; text-align: center; border-radius: 6px; padding: .1em .5em; font-size: .8rem; color: #fff; background: #1a7f4b }
.method.post { background: #0b57d0 }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; font-size: .92rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line) }
td:first-child { min-width: 12rem }
th { border-top: 0; font-weight: 600; opacity: .7 }
details { background: var(--soft); border-radius: 8px; padding: .4rem .75rem; margin: .35rem 0 }
summary { cursor: pointer }
`
