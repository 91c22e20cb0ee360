/** The style sheet, one constant text: its hash stands in the content security policy, so no element carries a style. */
import { createHash } from 'node:crypto';
import { cssVariables, DARK, LIGHT } from './palette.ts';

export const STYLE = `
:root{color-scheme:light dark;${cssVariables(LIGHT)};
--sans:"Segoe UI",-apple-system,BlinkMacSystemFont,Inter,Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${cssVariables(DARK)}}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--text);font:16px/1.55 var(--sans);-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:3rem 1.5rem 5rem;max-width:62rem;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,h6{line-height:1.25;font-weight:600;margin:0;letter-spacing:-.008em;text-wrap:balance}
h1{font-size:2rem;letter-spacing:-.018em}
h2{font-size:1.375rem;margin:3.5rem 0 1rem;padding-top:1.25rem;border-top:2px solid var(--text)}
h3{font-size:1.125rem;margin:2.25rem 0 .5rem}
h4{font-size:1rem;margin:1.5rem 0 .375rem}
h5,h6{font-size:.9375rem;margin:1.25rem 0 .25rem}
p,ul,ol,dl,pre,table{margin:0 0 1rem}
p{max-width:46rem;text-wrap:pretty}
ul,ol{padding-left:1.375rem}
li{margin:.125rem 0;max-width:45rem}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:2px}
code,pre,.data{font-family:var(--mono);font-size:.875em}
.data{unicode-bidi:isolate}
code{background:var(--quiet);padding:.1em .3em;border-radius:3px}
pre{background:var(--quiet);padding:.875rem 1rem;border-radius:4px;font-size:.8125rem;line-height:1.5;white-space:pre-wrap;
max-height:32rem;overflow:auto}
pre code{background:none;padding:0;font-size:inherit}
time,.num,.tile b{font-variant-numeric:tabular-nums}
.muted,time{color:var(--muted)}
.small{font-size:.875rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem .75rem}

.kicker{margin:0 0 .5rem;font-size:.8125rem;letter-spacing:.06em;text-transform:uppercase;color:var(--muted)}
.lead{font-size:1.125rem;line-height:1.6;margin:1.25rem 0 0;max-width:46rem}
.lead+.lead{margin-top:.75rem}
.scope{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem;margin:1.75rem 0 0;font-size:.9375rem}
.scope dt{color:var(--muted)}
.scope dd{margin:0}

.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:0;margin:2.25rem 0 0;padding:0;list-style:none;
border:1px solid var(--line);border-radius:6px}
.tile{padding:1rem 1.25rem;margin:0;border-left:1px solid var(--line)}
.tile:first-child{border-left:0}
.tile b{display:block;font-size:2rem;line-height:1.15;font-weight:600;letter-spacing:-.02em}
.tile.none b,.tile.none .sev{color:var(--muted)}
.sev{display:inline-flex;align-items:center;gap:.4em;font-weight:600;white-space:nowrap}
.sev svg,.shape{width:.75em;height:.75em;flex:none}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
.tag{font-size:.8125rem;border:1px solid var(--line);border-radius:3px;padding:.05rem .375rem;color:var(--muted)}

.scroll{overflow-x:auto;margin:0 0 1rem}
.narrow{max-width:30rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem;margin:0}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 .5rem}
th,td{text-align:left;vertical-align:baseline;padding:.4375rem 1rem .4375rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;font-size:.8125rem;color:var(--muted);overflow-wrap:normal}
tbody th{font-size:inherit;font-weight:400;color:inherit}
th:last-child,td:last-child{padding-right:0}
.num{text-align:right;white-space:nowrap}
td time{white-space:nowrap}
.barcell{width:30%;min-width:6rem;vertical-align:middle}
.barcell svg{display:block;width:100%;height:.75rem}

figure{margin:0 0 1rem}
figcaption{font-size:.875rem;color:var(--muted);margin:0 0 .75rem}
.chart{display:block;width:100%;height:13.5rem;overflow:visible;font:12px var(--sans);font-variant-numeric:tabular-nums}
.chart text{fill:var(--muted)}
.chart line{stroke:var(--line);shape-rendering:crispEdges}
.chart .base{stroke:var(--muted)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:0 0 .75rem;list-style:none;font-size:.875rem}
.swatch{width:.875rem;height:.875rem;margin-right:.4rem;vertical-align:-.1rem}
.f-critical{fill:var(--critical)}.f-high{fill:var(--high)}.f-medium{fill:var(--medium)}.f-low{fill:var(--low)}
.o-medium{stroke:var(--medium)}.o-low{stroke:var(--low)}
.gap{stroke:var(--page);fill:none}

details{margin:0 0 .5rem}
summary{cursor:pointer;color:var(--link);width:fit-content;max-width:100%;padding:.125rem 0}
summary:hover{text-decoration:underline;text-underline-offset:.15em}
details[open]>summary{margin-bottom:.625rem}
details>:last-child{margin-bottom:1rem}

.rule{margin:0 0 3rem}
.rule>h3{margin:2.5rem 0 .25rem;font-size:1.25rem}
.meta{display:flex;flex-wrap:wrap;gap:.125rem .875rem;align-items:baseline;color:var(--muted);font-size:.875rem;margin:.125rem 0;
max-width:none}
.meta+:not(.meta){margin-top:.75rem}
.alert{border-top:1px solid var(--line);padding:1rem 0 .625rem;content-visibility:auto;contain-intrinsic-size:auto 11rem}
.alert header{display:flex;flex-wrap:wrap;gap:.125rem 1rem;align-items:baseline;margin:0 0 .25rem}
.alert .sev{min-width:5.5rem;font-size:.9375rem}
.alert header time{margin-left:auto;font-size:.875rem}
.ends{font-family:var(--mono);font-size:.9375rem;font-weight:600}
.reason{margin:0 0 .625rem}
.steps{display:flex;flex-wrap:wrap;gap:.25rem 0;list-style:none;padding:0;margin:0 0 .75rem;font-size:.875rem}
.steps li{display:flex;align-items:baseline;gap:.4rem;margin:0}
.steps li+li::before{content:"";width:1.75rem;height:0;border-top:1px solid var(--muted);align-self:center;margin:0 .5rem}
.steps svg{align-self:center}
.legs{list-style:none;padding:0;margin:0 0 .75rem;font-size:.875rem;max-width:none}
.legs li{display:grid;grid-template-columns:7.5rem minmax(6rem,12rem) 1fr;gap:0 1rem;align-items:baseline;position:relative;
max-width:none;margin:0;padding:.1875rem 0}
.legs .after{color:var(--muted);font-variant-numeric:tabular-nums;text-align:right}
.legs .leg{font-weight:600;position:relative;padding-left:1.125rem}
.legs .leg::before{content:"";position:absolute;left:0;top:.4em;width:.5rem;height:.5rem;border:1px solid var(--text);
border-radius:50%;background:var(--text)}
.legs li:not(:last-child)::after{content:"";position:absolute;left:8.75rem;top:1rem;bottom:-.5rem;border-left:1px solid var(--muted)}
.legs .missing .leg,.legs .blind .leg{font-weight:400;color:var(--muted)}
.legs .missing .leg::before,.legs .blind .leg::before{background:var(--page);border-color:var(--muted)}
.legs .blind .leg::before{border-style:dashed}
.legs .what{font-family:var(--mono);font-size:.8125rem}
.legs time{font-family:var(--sans);margin-left:.5rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.375rem 1.5rem;margin:0 0 .75rem;font-size:.875rem}
.facts dt{color:var(--muted);font-size:.8125rem}
.facts dd{margin:0}
.events{list-style:none;padding:0;margin:0}
.events>li{margin:0;padding:.25rem 0;font-size:.875rem;max-width:none}
.glossary{display:grid;grid-template-columns:max-content 1fr;gap:.375rem 1.5rem;max-width:46rem;font-size:.9375rem}
.glossary dt{font-weight:600}
.glossary dd{margin:0}
.none-found{columns:2;column-gap:2.5rem}
.guide{border-left:2px solid var(--line);padding-left:1.25rem}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.875rem;color:var(--muted)}

@media (max-width:40rem){
body{padding:1.75rem 1rem 3rem}
h1{font-size:1.625rem}
.lead{font-size:1.0625rem}
.scope,.glossary{grid-template-columns:1fr;gap:0}
.scope dd,.glossary dd{margin:0 0 .5rem}
.tiles{grid-template-columns:repeat(2,1fr)}
.tile{padding:.75rem 1rem}
.tile:nth-child(odd){border-left:0}
.tile:nth-child(n+3){border-top:1px solid var(--line)}
.tile b{font-size:1.625rem}
.wide{display:none}
.barcell{min-width:3rem}
th,td{padding-right:.625rem}
.alert header time{margin-left:0;width:100%}
.facts{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}
.none-found{columns:1}
.legs li{grid-template-columns:5rem 1fr}
.legs li:not(:last-child)::after{left:6.25rem}
.legs .what{grid-column:2;padding-left:1.125rem}
.guide{padding-left:.875rem}
}
@media print{
:root{${cssVariables(LIGHT)}}
html{font-size:10.5pt}
body{padding:0;max-width:none}
h2{break-after:avoid}
h3,h4{break-after:avoid}
.alert,tr,.tile,figure{break-inside:avoid}
.alert{content-visibility:visible}
pre{max-height:none}
.skip{display:none}
a{color:inherit}
details.print::details-content{content-visibility:visible;block-size:auto}
}
`;

/** Source expression of the style sheet for `style-src`. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
