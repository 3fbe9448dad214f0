" Rule files of aa-compose.
autocmd BufNewFile,BufRead *.aaf setfiletype aaf
