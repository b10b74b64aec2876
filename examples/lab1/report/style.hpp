// How the report's page looks, on a screen and printed.
// Not here: what stands on it.
#pragma once

namespace lab1 {

constexpr const char* style = R"css(
body { max-width: 62rem; margin: 2rem auto; padding: 0 1.2rem; color: #1c1c1c; background: #fff;
       font: 1rem/1.55 system-ui, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.35rem; margin: 2.8rem 0 .6rem; padding-top: .8rem; border-top: 1px solid #d6d6d6; }
a { color: #0058a3; }
nav ol { columns: 2; padding-left: 1.4rem; }
.summary { background: #f2f6fa; border-left: 4px solid #0072b2; padding: .6rem 1.1rem; }
.summary.differs { background: #fdf0ea; border-color: #d55e00; }
figure { margin: 1.4rem 0; overflow-x: auto; break-inside: avoid; }
figcaption { color: #444; font-size: .93rem; margin: .3rem 0; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
thead th { border-bottom: 2px solid #555; text-align: right; vertical-align: bottom; }
td, th { padding: .22rem .8rem; text-align: right; }
tbody th { font-weight: normal; }
td:first-child, th:first-child { text-align: left; padding-left: .2rem; }
tbody tr:nth-child(even) { background: #f6f6f6; }
.long { max-height: 27rem; overflow: auto; display: inline-block; padding-right: 1rem;
        border-bottom: 1px solid #d6d6d6; }
.long thead th { position: sticky; top: 0; background: #fff; }
.reference { color: #6a6a6a; white-space: nowrap; }
td.differs, td.differs .reference { background: #fbd9c8; color: #8a2b00; font-weight: bold; }
details { margin: .6rem 0; }
pre { max-height: 24rem; overflow: auto; background: #f6f6f6; padding: .7rem; font-size: .85rem; line-height: 1.35; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  figure { overflow: visible; }
  figure.table { break-inside: auto; }
  h2 { break-after: avoid; }
  figcaption { break-after: avoid; }
  table { font-size: 8pt; }
  tr { break-inside: avoid; }
  td, th { padding: .1rem .45rem; }
  .long { display: block; border: 0; }
  pre, .long { max-height: none; overflow: visible; }
}
)css";

}  // namespace lab1
