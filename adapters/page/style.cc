#include "adapters/page/style.h"

namespace fosse::adapters::page {

const char kStyle[] = R"css(
*, *::before, *::after { box-sizing: border-box; }
html { background: #d8dde0; }
body { margin: 0; background: #f0f4f5; color: #212b32; font: 1rem/1.5 Arial, Helvetica, sans-serif;
  overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 0.75rem; }
p { margin: 0 0 1rem; }
a { color: #005eb8; }
a:hover { color: #7c2855; }
a:focus, button:focus, .skip:focus { outline: 4px solid transparent; background: #ffeb3b; color: #212b32;
  box-shadow: 0 -2px #ffeb3b, 0 4px #212b32; text-decoration: none; }
.skip { position: absolute; left: -999rem; padding: 0.5rem 1rem; }
.skip:focus { left: 1rem; top: 0.5rem; z-index: 1; }
.bar { background: #005eb8; color: #fff; }
.inner { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
.bar .inner { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.5rem 1.5rem; padding-top: 0.75rem; padding-bottom: 0.75rem; }
.bar .name { color: #fff; font-weight: bold; font-size: 1.125rem; text-decoration: none; }
.bar .name:hover { color: #fff; text-decoration: underline; }
.bar .name:focus { color: #212b32; }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; font-size: 0.9375rem; }
.who form { margin: 0; }
.plain { background: none; border: 0; padding: 0.25rem 0; color: #fff; font: inherit; cursor: pointer;
  text-decoration: underline; }
main { display: block; padding: 1.5rem 0 3rem; }
.back { display: inline-block; margin-bottom: 1rem; }
.card { background: #fff; border: 1px solid #d8dde0; padding: 1rem; margin: 0 0 1rem; }
.card h2 a { text-decoration-thickness: 1px; }
.cards { list-style: none; margin: 0 0 2rem; padding: 0; }
.acts { list-style: none; margin: 0 0 1.5rem; padding: 0; display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; }
.due { display: inline-block; background: #ffeb3b; color: #212b32; font-weight: bold;
  padding: 0.125rem 0.5rem; margin: 0 0 0.5rem; }
.done { display: inline-block; background: #d8dde0; color: #212b32; font-weight: bold;
  padding: 0.125rem 0.5rem; margin: 0 0 0.5rem; }
dl { margin: 0; }
dl > div { border-bottom: 1px solid #d8dde0; padding: 0.5rem 0; }
dl > div:last-child { border-bottom: 0; padding-bottom: 0; }
dt { font-weight: bold; }
dd { margin: 0; white-space: pre-line; }
.lead { white-space: pre-line; }
.panel { border-left: 8px solid #005eb8; background: #fff; padding: 1rem; margin: 0 0 1.5rem; }
.panel p:last-child, .fault p:last-child, .card p:last-child { margin-bottom: 0; }
.fault { border: 4px solid #d5281b; background: #fff; padding: 1rem; margin: 0 0 1.5rem; }
.fault a { color: #d5281b; font-weight: bold; }
.error { display: block; color: #d5281b; font-weight: bold; margin: 0.25rem 0; }
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; min-width: 0; }
legend { font-weight: bold; font-size: 1.25rem; padding: 0; margin: 0 0 0.5rem; }
.choice { display: flex; gap: 0.75rem; align-items: flex-start; padding: 0.5rem 0; }
.choice input { flex: none; width: 1.75rem; height: 1.75rem; margin: 0; accent-color: #005eb8; }
.choice label { padding-top: 0.125rem; }
.hint { display: block; color: #4c6272; }
.field label { font-weight: bold; }
textarea, .field input { display: block; width: 100%; max-width: 40rem; margin: 0.5rem 0 1.5rem; padding: 0.5rem;
  border: 2px solid #4c6272; border-radius: 0; background: #fff; color: inherit; font: inherit; }
.field input { max-width: 24rem; }
textarea:focus, input:focus { outline: 4px solid #ffeb3b; outline-offset: 0; border-color: #212b32;
  box-shadow: inset 0 0 0 2px #212b32; }
.field.faulty, fieldset.faulty { border-left: 4px solid #d5281b; padding-left: 1rem; margin-bottom: 1.5rem; }
.faulty textarea, .faulty input { border-color: #d5281b; margin-bottom: 0; }
.button { display: inline-block; background: #007f3b; color: #fff; border: 0; border-radius: 4px;
  box-shadow: 0 4px 0 #00401e; font: inherit; font-weight: bold; padding: 0.75rem 1.25rem; cursor: pointer;
  text-decoration: none; margin-bottom: 4px; }
.button:hover { background: #00662f; color: #fff; }
.foot { background: #d8dde0; border-top: 4px solid #005eb8; font-size: 0.875rem; padding: 1.25rem 0; }
.foot p { margin: 0; }
@media (min-width: 40rem) {
  h1 { font-size: 2.25rem; }
  h2 { font-size: 1.5rem; }
  .card { padding: 1.5rem; }
  dl > div { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; }
  .button { min-width: 10rem; text-align: center; }
}
@media print {
  html, body { background: #fff; font-size: 11pt; }
  .bar { background: none; color: #212b32; border-bottom: 2pt solid #212b32; }
  .bar .name { color: #212b32; }
  form, .acts, .back, .skip, .foot, .plain { display: none; }
  .card { border: 0; padding: 0 0 8pt; break-inside: avoid; }
  main { padding: 8pt 0; }
}
)css";

}  // namespace fosse::adapters::page
