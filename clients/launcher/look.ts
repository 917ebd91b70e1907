/** How the launcher looks: in a shadow root, so neither this page's style nor ours meets the other. */

export const LOOK = `
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
`;
