/** The style sheet of the server's own pages. Colours are those of the HTML report, which are tested for contrast. */
import { cssVariables, DARK, LIGHT } from '../../report/html/palette.ts';

export const PAGE_STYLE = `
:root{color-scheme:light dark;${cssVariables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${cssVariables(DARK)}}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--text);font:16px/1.5 "Segoe UI",-apple-system,BlinkMacSystemFont,Inter,Roboto,
"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:0 1.5rem 4rem;max-width:72rem;overflow-wrap:anywhere}
.bar{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding:1rem 0;border-bottom:1px solid var(--line)}
.bar form{display:flex;align-items:center;gap:.75rem;margin:0}
.brand{font-weight:600;color:var(--text);text-decoration:none;letter-spacing:-.01em}
h1{font-size:1.75rem;line-height:1.25;margin:2rem 0 .5rem;letter-spacing:-.015em}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem}
p{margin:0 0 1rem;max-width:46rem}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
.lead{font-size:1.0625rem}
.muted{color:var(--muted)}
.note{border-left:4px solid var(--medium);background:var(--quiet);padding:.75rem 1rem;margin:1.5rem 0;max-width:none}
code{font:.875em ui-monospace,"Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace;background:var(--quiet);
padding:.1em .3em;border-radius:3px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));margin:1.5rem 0 0;padding:0;list-style:none;
border:1px solid var(--line);border-radius:6px;overflow:hidden}
.tiles li{border:solid var(--line);border-width:1px 0 0 1px;margin:-1px 0 0 -1px}
.tiles a{display:block;padding:.875rem 1.125rem;color:inherit;text-decoration:none}
.tiles a:hover,.tiles a[aria-current]{background:var(--quiet)}
.tiles a[aria-current]{box-shadow:inset 0 -3px 0 var(--link)}
.tiles b{display:block;font-size:1.75rem;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .none{color:var(--muted)}
.sev{display:inline-flex;align-items:center;gap:.4em;font-weight:600;white-space:nowrap}
.sev svg,.shape{width:.75em;height:.75em;flex:none}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
.none .sev{color:inherit}
td a:has(.sev){text-decoration:none}
td a:hover .sev{text-decoration:underline}
pre{font:.875rem/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace;background:var(--quiet);padding:.75rem 1rem;
border-radius:6px;overflow-x:auto;white-space:pre-wrap}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
.guide{max-width:46rem}
.guide li{margin:.25rem 0}
.crumb{margin:1rem 0 -1rem}
details{margin:2rem 0}
summary{cursor:pointer;font-weight:600}
.facts code{white-space:normal}
.facts td:first-child{color:var(--muted);white-space:nowrap;width:1%}
.scroll{overflow-x:auto}
.scroll+.scroll{margin-top:1.5rem}
.scroll+p{margin-top:1rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 .5rem}
th,td{text-align:left;vertical-align:baseline;padding:.4375rem 1.25rem .4375rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--muted);font-size:.8125rem;white-space:nowrap}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
td code{white-space:nowrap}
td time{white-space:nowrap;font-variant-numeric:tabular-nums}
.form{max-width:24rem;margin:1.5rem 0}
.form label{display:block;font-weight:600;margin:1rem 0 .25rem}
.form input{width:100%;font:inherit;color:inherit;background:var(--page);border:1px solid var(--muted);border-radius:4px;padding:.5rem .625rem}
button{font:inherit;font-weight:600;color:var(--page);background:var(--link);border:1px solid var(--link);border-radius:4px;
padding:.5rem 1.125rem;cursor:pointer}
.form button{margin-top:1.25rem}
button.quiet{color:var(--link);background:none;border-color:var(--line);font-weight:400;padding:.25rem .75rem}
.wrong{color:var(--critical);font-weight:600}
.alerts td:last-child{min-width:18rem}
@media (max-width:44rem){
.alerts,.alerts tbody{display:block}
.events,.events tbody,.events tr,.events td{display:block}
.events tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
.events td{border:0;padding:0}
.alerts thead,.events thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.alerts caption,.events caption{display:block}
.alerts tr{display:grid;grid-template-columns:1fr auto;gap:.125rem .75rem;padding:.75rem 0;border-bottom:1px solid var(--line)}
.alerts td{border:0;padding:0;min-width:0}
.alerts td:last-child{grid-column:1/-1;grid-row:2;min-width:0;padding-bottom:.25rem}
.alerts td:nth-child(2){text-align:right}
.alerts td:nth-child(4){text-align:right}
}
@media (forced-colors:active){.sev,.wrong{forced-color-adjust:auto}}
`;
