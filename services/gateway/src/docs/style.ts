import { Html } from './html.ts';

/** The tokens are the dashboard's (dashboard/src/styles/tokens.css). The fonts are the system's, because this page loads nothing. */
export const STYLE = new Html(`
:root {
  color-scheme: light dark;
  --surface-0: light-dark(#f5f6f8, #0c0e12);
  --surface-1: light-dark(#ffffff, #12151b);
  --surface-2: light-dark(#f0f2f5, #191d25);
  --line: light-dark(#dde1e7, #232833);
  --text: light-dark(#171b22, #e4e8ee);
  --text-soft: light-dark(#525b69, #9ba5b4);
  --accent: light-dark(#4a50d0, #8f96ff);
  --added: light-dark(#14753c, #4cc38a);
  --updated: light-dark(#1765b8, #5aa9f7);
  --deleted: light-dark(#c02a37, #f27a82);
  --mono: 'JetBrains Mono Variable', ui-monospace, monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--surface-0); color: var(--text); font: 13px/20px 'Inter Variable', system-ui, sans-serif; }
code, pre, .type, .method { font-family: var(--mono); font-size: 12px; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, h3, h4 { margin: 0; font-weight: 560; }
h1 { font-size: 24px; line-height: 32px; }
h2 { font-size: 24px; line-height: 32px; margin: 32px 0 12px; }
h2:first-child { margin-top: 0; }
h3 { font-size: 13px; }
h3 a { color: var(--text); }
h4 { font-size: 12px; color: var(--text-soft); margin: 16px 0 4px; }
p { margin: 4px 0; max-width: 80ch; }
pre { margin: 8px 0; padding: 8px 12px; background: var(--surface-2); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; }
ul { list-style: none; margin: 0; padding: 0; }
.soft { color: var(--text-soft); }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; background: var(--surface-1); padding: 4px 8px; }
header { padding: 16px 24px; background: var(--surface-1); border-bottom: 1px solid var(--line); }
.columns { display: grid; grid-template-columns: 320px minmax(0, 1fr); max-width: 1600px; }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 16px 12px; border-right: 1px solid var(--line); align-self: start; }
nav summary { padding: 4px 8px; cursor: pointer; }
nav li a { display: block; padding: 4px 8px; color: var(--text); overflow-wrap: anywhere; border-radius: 6px; }
nav li a:hover { background: var(--surface-2); text-decoration: none; }
main { padding: 24px; min-width: 0; }
.operation { background: var(--surface-1); border: 1px solid var(--line); border-radius: 6px; padding: 16px; margin-bottom: 12px; scroll-margin-top: 12px; }
.operation:target { border-color: var(--accent); }
.method { color: var(--updated); }
.method.post { color: var(--added); }
.method.delete { color: var(--deleted); }
.members { margin: 0; }
.members .members { margin-top: 4px; padding-left: 12px; border-left: 1px solid var(--line); }
.choice { padding: 8px 0; border-top: 1px solid var(--line); }
.field { display: grid; grid-template-columns: minmax(120px, 220px) minmax(0, 1fr); gap: 4px 16px; padding: 4px 0; border-top: 1px solid var(--line); }
.field:first-child { border-top: 0; }
dt { min-width: 0; overflow-wrap: anywhere; }
dd { margin: 0; min-width: 0; }
.type { color: var(--text-soft); }
.answer { border-top: 1px solid var(--line); padding: 4px 0; }
.answer summary { cursor: pointer; min-height: 28px; line-height: 28px; }
.status { font-family: var(--mono); }
.good { color: var(--added); }
.bad { color: var(--deleted); }
@media (max-width: 800px) {
  header { padding: 12px 16px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); }
  nav summary { min-height: 44px; line-height: 36px; }
  nav li a { padding: 12px 8px; }
  main { padding: 16px; }
  .operation { padding: 12px; }
  .field { grid-template-columns: minmax(0, 1fr); }
}
`);
