import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { Message } from 'slack-blocks-to-jsx'

/** Runs in the browser: one picture in a frame that looks like Slack's on a phone. */
const { picture } = window
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(framed(picture))

function framed({ frame, title, submit, parts }) {
  const shown = parts.map(({ blocks }, key) =>
    createElement(
      'div',
      { key, className: `part ${frame}` },
      ...(frame === 'messages' ? [heading()] : []),
      drawn(blocks),
    ),
  )
  const done = submit === undefined ? [] : [createElement('span', { key: 'done', className: 'submit' }, submit)]
  const bar = createElement(
    'header',
    { key: 'bar', className: frame },
    createElement('b', { key: 't' }, title),
    ...done,
  )
  return [bar, ...shown]
}

/** Inputs we draw ourselves: the library knows neither a search field that has a choice nor a field of one line. */
function drawn(blocks) {
  return blocks.map((block, key) => (block.type === 'input' ? input(block, key) : message(block, key)))
}

function message(block, key) {
  return createElement(Message, {
    key,
    theme: 'light',
    blocks: [spoken(block)],
    logo: '',
    name: 'Thand',
    withoutWrapper: true,
    hooks: { date: ({ fallback }) => fallback.replace(' UTC', '') },
  })
}

/** The library takes `verbatim` for no markup at all; to Slack it means that no names and addresses are looked for. */
function spoken(node) {
  if (Array.isArray(node)) return node.map(spoken)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) => (name === 'verbatim' ? [] : [[name, spoken(value)]])),
  )
}

function input({ label, hint, element, optional }, key) {
  const { initial_value: typed, initial_option: chosen, placeholder, type, multiline } = element
  const value = typed ?? chosen?.text.text
  const words = value ?? placeholder?.text ?? 'Write something'
  const kind = `box ${multiline ? 'tall' : ''} ${value === undefined ? 'empty' : ''} ${type.includes('select') ? 'choice' : ''}`
  const note = (className, text) =>
    text === undefined ? [] : [createElement('div', { key: className, className }, text)]
  return createElement(
    'div',
    { key, className: 'input' },
    createElement('b', { key: 'label' }, label.text, optional ? createElement('i', { key: 'o' }, ' (optional)') : ''),
    createElement('div', { key: 'box', className: kind }, words),
    ...note('under', chosen?.description?.text),
    ...note('hint', hint?.text),
  )
}

function heading() {
  return createElement(
    'div',
    { key: 'head', className: 'who' },
    createElement('span', { key: 'logo', className: 'logo' }, 'T'),
    createElement('b', { key: 'name' }, 'Thand'),
    createElement('span', { key: 'app', className: 'app' }, 'APP'),
    createElement('span', { key: 'time', className: 'time' }, '14:04'),
  )
}
