//! The style of the page.

/// Colours are variables, so that dark mode and print change them in one place. What is not tested is dashed and marked with a word or a sign
/// too: meaning never hangs on colour alone.
pub(super) const CSS: &str = "
:root{--ink:#1b2430;--soft:#5a6675;--paper:#fff;--panel:#f4f6f9;--line:#d5dbe3;--tested:#2f6db3;--testedfill:#e8f0fa;--not:#b8480f;--notfill:#fdf0e7}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#a3afbe;--paper:#12161c;--panel:#1b212a;--line:#343d4a;--tested:#6ba3e8;--testedfill:#1b2a3d;--not:#f2985a;--notfill:#37241a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px}
h2{font-size:21px;margin:0 0 4px}
section{margin-top:40px}
p{margin:6px 0;max-width:80ch}
.lead{font-size:18px;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:20px 0;padding:0;list-style:none}
.cards li{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.cards strong{display:block;font-size:22px}
.cards span{color:var(--soft);font-size:14px}
.note{color:var(--soft);font-size:14px}
.caveat{background:var(--panel);border-left:4px solid var(--not);padding:8px 14px;max-width:none}
.figure{overflow-x:auto;margin:14px 0 6px}
svg{display:block;max-width:100%;height:auto;font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif}
svg text{fill:var(--ink);font-size:12px}
svg .node rect{fill:var(--testedfill);stroke:var(--tested);stroke-width:1.6}
svg .node.not rect{fill:var(--notfill);stroke:var(--not);stroke-width:2;stroke-dasharray:5 3}
svg .edge{fill:none;stroke:var(--tested)}
svg .edge.not{stroke:var(--not);stroke-dasharray:7 5}
svg .head{fill:var(--tested)}svg .head.not{fill:var(--not)}
svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.key{display:flex;flex-wrap:wrap;gap:6px 26px;font-size:14px;padding:0;margin:8px 0;list-style:none}
.key svg{display:inline-block;vertical-align:-3px;margin-right:7px}
details{margin:8px 0}
summary{cursor:pointer;color:var(--soft)}td summary{color:var(--ink)}
summary:focus-visible,.figure:focus-visible{outline:3px solid var(--not);outline-offset:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;margin:8px 0;width:100%}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th.n,td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.w,td.w{white-space:nowrap;overflow-wrap:normal}
td ol{margin:4px 0;padding-left:22px}
td.not{color:var(--not);font-weight:600}
code{font:12.5px ui-monospace,'Liberation Mono',Menlo,Consolas,monospace}
li.gap{color:var(--not)}
dl{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:4px 18px;font-size:14px}
dt{color:var(--soft)}dd{margin:0}
@media print{:root{--ink:#000;--soft:#333;--paper:#fff;--panel:#fff;--line:#999}main{max-width:none;padding:0}svg,tr{break-inside:avoid}}
";
