" Rule files of aa-compose, aaf(5).
"
" Two languages: directives, from their word to ';' or '{', and AppArmor's rules.  Words
" of the first are looked for inside directives only, kinds of rules only where a rule
" begins, so that a path or a peer may be called as they are.
if exists('b:current_syntax')
  finish
endif
let s:save_cpo = &cpo
set cpo&vim
syntax case match

" What stands before a statement on its line.
let s:start = '\%(\%(^\|[{};]\)\s*\)\@80<='
let s:rule = '\%(\%(^\|[{};,]\)\s*'
      \ . '\%(\%(audit\|allow\|deny\|owner\|other\|priority\s*=\s*-\=\d\+\)\s\+\)*\)\@120<='
let s:inline = 'aafPath,aafString,aafHole,aafComment'

" Before a path; a directive of these letters, such as lxc, is defined below and so wins.
execute 'syntax match aafPermissions "' . s:rule
      \ . '[rwamlkxdDipPcCuU]\+\%(\s\+[/@\"]\)\@="'

" ---- directives ----

let s:directives = 'accept\|amend\|assert\|attach\|condition\|conflicts\|default'
      \ . '\|deprecated\|else\|expect\|flags\|for\|fragment\|if\|lxc\|name\|param'
      \ . '\|preamble\|profile\|requires\|slug\|template\|tunables\|use\|when\|without'
      \ . '\|xattrs'
execute 'syntax region aafClause matchgroup=aafDirective start="' . s:start
      \ . '\%(' . s:directives . '\)\>[-.=/]\@!" end="[;{]\@="'
      \ . ' contains=aafWord,aafOperator,aafType,aafConstant,aafNumber,aafSign,aafJson,'
      \ . s:inline

syntax keyword aafWord contained absent amend default else empty except fragment from if
syntax keyword aafWord contained kernel never parser set split supports target when
syntax keyword aafWord contained with without
syntax keyword aafOperator contained and in is matches not or
syntax match aafOperator contained "\<contains\>"
syntax keyword aafType contained bool enum int list name of path string
syntax keyword aafConstant contained true false null
syntax match aafNumber contained "\<\d\+\%(\.\d\+\)\=\>"
syntax match aafSign contained "[=!]=\|[<>]=\="
syntax match aafJson contained +\$\=\%(\.\%([A-Za-z0-9_-]\+\|"\%([^"\\]\|\\.\)*"\)\%(\[]\)*\)\++

" ---- rules ----

syntax keyword aafQualifier audit allow deny owner other priority
execute 'syntax match aafKind "' . s:rule . '\%(abi\|alias\|all\|capability'
      \ . '\|change_profile\|dbus\|file\|hat\|io_uring\|link\|mount\|mqueue\|network'
      \ . '\|pivot_root\|ptrace\|remount\|rlimit\|set\s\+rlimit\|signal\|umount'
      \ . '\|unix\|unmount\|userns\)\>[-.=/]\@!"'
execute 'syntax match aafInclude "' . s:rule . '#\=include\%(\s\+if\s\+exists\)\='
      \ . '\%(\s*[<\"]\|\s\+\S\)\@=" nextgroup=aafFile,aafString skipwhite'
syntax match aafFile contained "<[^>]*>" nextgroup=aafLess skipwhite
syntax match aafLess contained "\<without\>"
syntax match aafExcept "\<except\>"
syntax match aafKey "\<[a-z_]\+\ze\s*=[^=>]" nextgroup=aafValue
syntax match aafValue contained "\s*=\s*\%([^ \t,;(){}\"/@$]\+[,;) \t]\@=\)\="
syntax match aafArrow "->\|<="
syntax match aafPath "\%(^\|[ \t=>({,]\)\@1<=[/@^]\%(\\.\|[,;][^ \t})#]\@=\|[^ \t,;\"\\)]\)*"
      \ contains=aafHole,aafVariable nextgroup=aafPermissions skipwhite
syntax match aafRest contained "\%(\\.\|[,;][^ \t})#]\@=\|[^ \t,;\"\\)]\)\+"
      \ contains=aafHole,aafVariable nextgroup=aafPermissions skipwhite
syntax match aafVariable contained "@{[^}]*}"
syntax match aafVariable "^\s*\zs\$\h\w*\%(\s*+\==\)\@="
syntax match aafPermissions contained "\<[rwamlkxdDipPcCuU]\+\>\%([,; \t]\|$\)\@="

" ---- everywhere ----

syntax match aafHole "\${[^}]*}" nextgroup=aafRest
syntax region aafString start=+"+ skip=+\\.+ end=+"+ contains=aafHole,aafVariable
      \ nextgroup=aafPermissions skipwhite
syntax match aafComment "\%(^\|\s\)\@1<=#.*" contains=aafTodo,@Spell
syntax match aafDoc "^\s*##.*" contains=aafTodo,@Spell
syntax keyword aafTodo contained TODO FIXME XXX NOTE
execute 'syntax match aafInclude "^\s*#include\%(\s\+if\s\+exists\)\=\%(\s*[<\"]\|\s\)\@="'
      \ . ' nextgroup=aafFile,aafString skipwhite'

syntax sync fromstart

highlight default link aafDirective Statement
highlight default link aafWord Keyword
highlight default link aafOperator Operator
highlight default link aafType Type
highlight default link aafConstant Boolean
highlight default link aafNumber Number
highlight default link aafSign Operator
highlight default link aafJson Identifier
highlight default link aafQualifier StorageClass
highlight default link aafKind Type
highlight default link aafInclude Include
highlight default link aafFile String
highlight default link aafLess Keyword
highlight default link aafExcept Keyword
highlight default link aafKey Identifier
highlight default link aafValue Constant
highlight default link aafArrow Operator
highlight default link aafPath String
highlight default link aafRest String
highlight default link aafVariable PreProc
highlight default link aafPermissions Special
highlight default link aafHole PreProc
highlight default link aafString String
highlight default link aafComment Comment
highlight default link aafDoc SpecialComment
highlight default link aafTodo Todo

let b:current_syntax = 'aaf'
let &cpo = s:save_cpo
unlet s:save_cpo s:start s:rule s:inline s:directives
