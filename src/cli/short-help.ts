/** `thand` alone: the lines that people use. */
export const SHORT_HELP = `Access for a while, asked for and decided in chat.

  thand login                            log this machine in
  thand request                          ask for access
  thand sessions                         what you have
  thand run <id> -- <command>            use it
  thand end <id>                         end it early

All commands: thand --help
`
