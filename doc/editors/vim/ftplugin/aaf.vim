" Rule files of aa-compose: comments, `aa-compose fmt` behind = and `aa-compose lint`
" behind :make.
"
" Options for `lint`, such as the rule folders, are those in g:aa_compose_options:
"     let g:aa_compose_options = '-r rules -r mine'
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:save_cpo = &cpo
set cpo&vim

setlocal comments=:##,:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=4 softtabstop=4 textwidth=90

" It reads whole files: gg=G.  What is wrong comes in place of the text; u takes it back.
setlocal equalprg=aa-compose\ fmt\ -

let &l:makeprg = 'aa-compose --color=never '
      \ . get(g:, 'aa_compose_options', '') . ' lint %:S'

" A message, the line with a caret below it, the cure, other places.
let &l:errorformat = join([
      \ '%E%f:%l:%c: error: %m',
      \ '%W%f:%l:%c: warning: %m',
      \ '%I%f:%l:%c: note: %m',
      \ '%Eerror: %m',
      \ '%Wwarning: %m',
      \ '%Inote: %m',
      \ '%C%\s%#hint: %m',
      \ '%C%\s%#%\d%# |%.%#',
      \ '%-G%.%#',
      \ ], ',')

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab<'
      \ . ' shiftwidth< softtabstop< textwidth< equalprg< makeprg< errorformat<'

let &cpo = s:save_cpo
unlet s:save_cpo
