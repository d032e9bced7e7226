//! The page's style.

/// All of it. Colours are variables, so that dark mode and print change them in one place; meaning never hangs on colour alone.
pub(super) const CSS: &str = "
:root{--ink:#1b2430;--soft:#5a6675;--paper:#fff;--panel:#f4f6f9;--line:#d5dbe3;--bar:#3b6fb6;--faint:#a9bfdd;--whisker:#12315c;--spent:#8a94a3;--now:#c2571a;--left:#dfe5ec;--node:#eaf0f8;--nodeline:#3b6fb6;--edge:#6f8fbb}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#a3afbe;--paper:#12161c;--panel:#1b212a;--line:#343d4a;--bar:#5b8fd6;--faint:#35537d;--whisker:#d3e3fa;--spent:#7d8896;--now:#f08a4b;--left:#2a323d;--node:#1f2a39;--nodeline:#5b8fd6;--edge:#6d8dbb}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px}
h2{font-size:21px;margin:0 0 4px}
section{margin-top:44px}
p{margin:6px 0;max-width:76ch}
.lead{font-size:18px;color:var(--soft);margin-bottom:20px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:12px;margin:20px 0;padding:0;list-style:none}
.cards li{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.cards strong{display:block;font-size:22px}
.cards span{color:var(--soft);font-size:14px}
.note,.precision{color:var(--soft);font-size:14px}
.caveat{background:var(--panel);border-left:4px solid var(--now);padding:8px 14px;max-width:none}
.empty{background:var(--panel);border-left:4px solid var(--line);padding:10px 14px}
.figure{overflow-x:auto;margin:14px 0 6px}
svg{display:block;max-width:100%;height:auto;font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif}
svg text{fill:var(--ink)}
svg .soft{fill:var(--soft)}
svg .grid{stroke:var(--line);stroke-width:1}
svg .bar{fill:var(--bar)}
svg .doubt{fill:url(#doubt)}
svg .whisker{stroke:var(--whisker);stroke-width:1.6;fill:none}
svg .node rect{fill:var(--node);stroke:var(--nodeline);stroke-width:1.3}
svg .outside rect{fill:var(--paper);stroke-dasharray:4 3}
svg .edge{fill:none;stroke:var(--edge);stroke-linecap:butt}
svg .back{stroke-dasharray:7 4}
svg .node text{font-size:12px}
svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;font-size:12px}
svg marker path{fill:var(--edge)}
svg .spent{fill:var(--spent)}svg .now{fill:var(--now)}svg .left{fill:var(--left)}
.key{display:flex;flex-wrap:wrap;gap:6px 22px;font-size:14px;padding:0;margin:8px 0;list-style:none}
.key i{display:inline-block;width:13px;height:13px;border-radius:3px;margin-right:7px;vertical-align:-1px;border:1px solid var(--soft)}
details{margin:8px 0}
summary{cursor:pointer;color:var(--soft)}
summary:focus-visible,a:focus-visible{outline:3px solid var(--now);outline-offset:2px}
table{border-collapse:collapse;font-size:14px;margin:8px 0;width:100%}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{overflow-wrap:normal}
th.n,td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:minmax(150px,230px) 1fr;gap:4px 18px;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
ul.plain{padding-left:20px;max-width:80ch}
.skip{position:absolute;left:-9999px}[tabindex]:focus{outline:none}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px}
@media (max-width:640px){main{padding:16px 16px 48px}h1{overflow-wrap:anywhere}th,td{padding-right:8px}th.n,td.n{white-space:normal}details{overflow-x:auto}details table{min-width:560px}summary{position:sticky;left:0}dl{grid-template-columns:1fr}dd{margin-bottom:6px}}
@media print{:root{--ink:#000;--soft:#333;--paper:#fff;--panel:#fff;--line:#999;--bar:#456;--faint:#bbb;--whisker:#000;--node:#fff}main{max-width:none;padding:0}section,svg,tr{break-inside:avoid}details>*{display:block}summary{display:none}}
";

/// The hatching that marks numbers too small to tell, for all pictures of the page.
pub(super) const PATTERN: &str = "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><defs>\
     <pattern id=\"doubt\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
     <rect width=\"6\" height=\"6\" fill=\"var(--faint)\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"var(--bar)\" stroke-width=\"2\"/></pattern></defs></svg>\n";
