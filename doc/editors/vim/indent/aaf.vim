" Rule files of aa-compose, while one types: a level for each block that is open.  The
" layout itself is `aa-compose fmt`'s.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal indentexpr=AafIndent(v:lnum) indentkeys=0},o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*AafIndent')
  finish
endif

function AafIndent(lnum)
  let before = prevnonblank(a:lnum - 1)
  if before == 0
    return 0
  endif
  let indent = indent(before)
  if getline(before) =~# '{\s*\%(#.*\)\=$'
    let indent += shiftwidth()
  endif
  if getline(a:lnum) =~# '^\s*}'
    let indent -= shiftwidth()
  endif
  return max([indent, 0])
endfunction
