/** What the HTML report looks like, in light and dark. */
export const style = `
:root{color-scheme:light dark;--paper:light-dark(#fbfbf9,#14171a);--ink:light-dark(#1c2126,#e3e6e8);
--soft:light-dark(#5b656e,#98a3ac);--line:light-dark(#dfe2e0,#2a3036);--raised:light-dark(#fff,#1b2024);
--pass:light-dark(#1b7f4b,#4cc38a);--non-strict:light-dark(#9a6700,#e2b340);
--informational:light-dark(#2563a8,#6cb0f5);--fail:light-dark(#c02a2a,#ff7b72);
--not-supported:light-dark(#68727b,#8a959e)}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,sans-serif}header,main{max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 0}
main{padding-bottom:4rem}h1{margin:.1rem 0;font-size:1.7rem;overflow-wrap:anywhere;letter-spacing:-.01em}
header p{margin:.2rem 0;color:var(--soft)}.eyebrow{font-size:.8rem;letter-spacing:.06em}
header .headline{font-size:1.15rem;font-weight:600;margin:.9rem 0 .5rem}.headline.pass{color:var(--pass)}
.headline.fail{color:var(--fail)}.bar{display:flex;gap:2px;height:.5rem;margin:.4rem 0 1rem}
.bar i{min-width:3px;border-radius:2px;background:var(--c)}
.pass{--c:var(--pass)}.non-strict{--c:var(--non-strict)}.informational{--c:var(--informational)}
.fail{--c:var(--fail)}.not-supported{--c:var(--not-supported)}
.tag{color:var(--c);font-size:.85rem;white-space:nowrap;font-weight:600}
.filter{border:1px solid var(--line);border-radius:8px;display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;padding:.5rem .9rem}
.filter legend{color:var(--soft);padding:0 .3rem;font-size:.85rem}section{margin-top:2.2rem}
h2{font-size:1.12rem;margin:0 0 .2rem;font-weight:600}h2 span{color:var(--soft);font-variant-numeric:tabular-nums}
h2 small{color:var(--soft);font-weight:400;font-size:.85rem;margin-left:.4rem}
.case{margin:0;border-top:1px solid var(--line);padding:.35rem .2rem}.case[hidden]{display:none}
p.case,summary{display:flex;gap:.8rem;align-items:baseline}summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::after,p.case::after{content:'▸';width:.8rem;color:var(--soft)}p.case::after{content:''}
details[open]>summary::after{content:'▾'}summary:focus-visible{outline:2px solid var(--informational)}
.case>code,summary>code{min-width:max(4.6rem,var(--id));color:var(--soft)}.title{flex:1;overflow-wrap:anywhere}
details[open]{background:var(--raised);border-radius:8px;padding:.5rem .8rem .8rem;margin:.4rem 0;border:1px solid var(--line)}
details ul{margin:.6rem 0 .2rem;padding-left:1.2rem;overflow-wrap:anywhere}.clause{color:var(--soft);margin:.2rem 0 .6rem;font-size:.9rem}
table{width:100%;border-collapse:collapse;font-size:.85rem}th{text-align:left;font-weight:400;color:var(--soft);padding:0}
td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top}
td:first-child{white-space:nowrap;color:var(--soft);font-variant-numeric:tabular-nums;width:4.5rem}
td:nth-child(2){width:1.4rem}pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
code,pre{font:.9em/1.5 ui-monospace,monospace}td code{color:var(--soft);overflow-wrap:anywhere}
.endpoint td:nth-child(2){color:var(--informational)}.worse .title{color:var(--fail)}.better .title{color:var(--pass)}
`

/** The checkboxes: which verdicts are shown. Without scripts everything is. */
export const script = `
const boxes=[...document.querySelectorAll('.filter input')]
function show(){
  const shown=new Set(boxes.filter((box)=>box.checked).map((box)=>box.value))
  for(const one of document.querySelectorAll('[data-verdict]'))one.hidden=!shown.has(one.dataset.verdict)
}
for(const box of boxes)box.addEventListener('change',show)
if(boxes.every((box)=>!box.checked))for(const box of boxes)box.checked=true
show()
`
