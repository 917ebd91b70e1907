"use strict";(()=>{var m=`
:host{all:initial;color-scheme:light dark;--ink:#fff;--tint:#1d5bb8;--rim:#fff}
button{position:fixed;inset-block-end:20px;inset-inline-end:20px;width:56px;height:56px;padding:0;
border:2px solid var(--rim);border-radius:50%;background:var(--tint);color:var(--ink);cursor:pointer;
box-shadow:0 2px 12px #0005;z-index:2147483647}
button:hover{filter:brightness(1.12)}
button:focus-visible{outline:3px solid var(--tint);outline-offset:3px}
svg{display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;
stroke-linejoin:round}
.news::after{content:"";position:absolute;inset-block-start:-2px;inset-inline-end:-2px;width:14px;
height:14px;border-radius:50%;background:#c62828;border:2px solid var(--rim)}
iframe{position:fixed;inset-block-end:88px;inset-inline-end:20px;width:376px;height:600px;
max-height:calc(100vh - 108px);border:1px solid #8886;border-radius:14px;background:Canvas;
box-shadow:0 8px 40px #0004;z-index:2147483647}
[hidden]{display:none}
@media(max-width:480px){iframe{inset:0;width:100%;height:100%;max-height:none;border:0;
border-radius:0}.open{display:none}}
@media(prefers-color-scheme:dark){:host{--ink:#0b1a30;--tint:#8ab8ff;--rim:#1b2430}}
@media(forced-colors:active){button{border-color:ButtonText}}
`;var c="frontdesk-launcher",g="http://www.w3.org/2000/svg",S="M4 5h16v11H11l-5 4v-4H4z",y="M6 6l12 12M18 6L6 18",x=document.currentScript,{origin:f}=new URL(x.src),w=x.dataset.desk??"main",p=`${c}:${w}`;function b(){if(document.querySelector(c))return;let o=document.createElement(c),e=o.attachShadow({mode:"open"}),s=new CSSStyleSheet;s.replaceSync(m),e.adoptedStyleSheets=[s];let t=document.createElement("button"),a=document.createElementNS(g,"path");t.append(E(a)),e.append(t),document.body.append(o);let r,d,i="hidden";function l(v){i=v;let n=i!=="hidden";n&&!r&&(r=M(u=>{d=u,u.onmessage=({data:k})=>{k==="news"?t.classList.toggle("news",i==="hidden"):i!=="hidden"&&(l("hidden"),t.focus())},h()}),e.append(r)),r&&(r.hidden=!n),n&&t.classList.remove("news"),t.classList.toggle("open",n),t.setAttribute("aria-expanded",String(n)),t.setAttribute("aria-label",n?"Close chat":"Open chat"),a.setAttribute("d",n?y:S),L(n),h()}function h(){d&&(i==="shown"&&r.focus(),d.postMessage(i))}t.onclick=()=>l(i==="hidden"?"shown":"hidden"),l(C()?"kept":"hidden")}function M(o){let e=document.createElement("iframe");return e.title="Chat",e.referrerPolicy="no-referrer",e.setAttribute("sandbox","allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"),e.src=`${f}/chat/${encodeURIComponent(w)}`,e.onload=()=>{let{port1:s,port2:t}=new MessageChannel,a={frontdesk:"hello",page:location.origin+location.pathname};e.contentWindow.postMessage(a,f,[t]),o(s)},e}function E(o){let e=document.createElementNS(g,"svg");return e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("width","26"),e.setAttribute("aria-hidden","true"),e.append(o),e}function L(o){try{o?sessionStorage.setItem(p,"open"):sessionStorage.removeItem(p)}catch{}}function C(){try{return sessionStorage.getItem(p)!==null}catch{return!1}}document.body?b():addEventListener("DOMContentLoaded",b);})();
