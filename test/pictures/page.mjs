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
      createElement(Message, {
        key: 'blocks',
        theme: 'light',
        blocks: [...blocks],
        logo: '',
        name: 'Thand',
        withoutWrapper: true,
        hooks: { date: ({ fallback }) => fallback.replace(' UTC', '') },
      }),
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
