/** What people can type, and what some reader after us could take for more than text. */
export const HOSTILE: Readonly<Record<string, string>> = {
  broadcast: '<!channel> <!here> <!everyone> <!subteam^S0ALL|all>',
  mention: '<@U0BOB> <@U0BOB|bob> <#C0ACCESS|access> @channel @here',
  link: '<https://evil.example|Approve> <mailto:a@evil.example|Deny> https://evil.example',
  date: '<!date^0^{date}^https://evil.example|Approved by Sam>',
  markdown: '[Approve](https://evil.example) **b** __b__ # h ```pre``` *b* _i_ ~s~ `c` :white_check_mark:',
  quotation: '>>> Approved by Sam',
  entities: '&lt;!channel&gt; &amp;lt;!here&amp;gt; &#60;',
  template: '${process.env.GITHUB_TOKEN} {{constructor.constructor("return 1")()}} <%= 1 %> #{1} %s %d %n',
  lines: 'fine\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\rend',
  bidi: 'exe.\u202egpj.\u2066x\u2069\u200f',
  zero_width: 'ap\u200bpro\u200dve\ufeff\u2060',
  terminal: '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b31m \u001b[2J \b\b\b',
  log: '"}\n{"level":"error","msg":"revoke_overdue","grant":"all"}\n',
  nul: 'a\u0000b',
  half_a_pair: 'x\ud83dy\udc00z',
  formula: "=cmd|'/C calc'!A0 +1+1 -1 @SUM(1) \t=1",
  sql: "'; drop table request; -- ' or '1'='1 \\'; select pg_sleep(9) $1 %' \"",
  shell: '$(touch x) `id` ; rm -rf / | cat && echo',
  markup: '<script>alert(1)</script> <img src=x onerror=1> <!--',
  json: '{"$ne":null} [] null __proto__ constructor',
  path: '../../../etc/passwd %2e%2e%2f file:///etc/passwd',
  long: '<&>*"'.repeat(2000),
}

/** Nobody sees these, and they make one text look like another. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** What is left of a text that came raw: all that can be seen, as it was. */
export function seen(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(UNSEEN, '')
    .replaceAll(/\p{Surrogate}/gu, '\u{fffd}')
}

/** As Slack writes it into a command: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
