/** How the launcher looks: in a shadow root, so neither this page's style nor ours meets the other. */

export const LOOK = `\
:host{all:initial;color-scheme:light dark;--tint:#1d5bb8}\
*{position:fixed;inset-block-end:88px;inset-inline-end:20px;z-index:2147483647;box-sizing:border-box;border-radius:14px;\
background:Canvas;color:CanvasText;font:16px/1.5 system-ui;box-shadow:0 4px 24px #0006}\
button{inset-block-end:20px;width:56px;height:56px;padding:0;border:2px solid Canvas;border-radius:50%;background:var(--tint);\
cursor:pointer;--far:calc(1e9*(.179 - y));color:color(from var(--tint) xyz-d65 var(--far) var(--far) var(--far))}\
button:before{content:"";display:block;width:24px;height:18px;margin:auto;border:2px solid;border-radius:9px;border-end-end-radius:1px}\
.open:before{content:"×";width:auto;border:0;font-size:34px;line-height:17px}\
:focus-visible{outline:3px solid CanvasText;outline-offset:3px}\
b{position:absolute;inset-block-end:38px;inset-inline-end:-6px;min-width:22px;background:#c62828;color:#fff;font:700 13px/22px system-ui}\
iframe{width:376px;max-width:calc(100vw - 40px);height:600px;max-height:calc(100vh - 108px);border:0}\
a{max-width:280px;padding:20px}\
b:empty,[hidden]{display:none}\
@media(max-width:480px){iframe{inset:0;max-width:none;width:100%;height:100%;max-height:none;border-radius:0}.in{display:none}}\
`;
