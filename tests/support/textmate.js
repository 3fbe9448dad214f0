// What VS Code's own tokeniser makes of files, printed as textmate.py prints it:
// node textmate.js MODULES GRAMMAR FILE...; MODULES is a node_modules folder that holds
// vscode-textmate and vscode-oniguruma.
const fs = require('fs');
const path = require('path');

const [modules, grammarFile, ...files] = process.argv.slice(2);
const textmate = require(path.resolve(modules, 'vscode-textmate'));
const oniguruma = require(path.resolve(modules, 'vscode-oniguruma'));
const wasm = path.resolve(modules, 'vscode-oniguruma/release/onig.wasm');

const onigLib = oniguruma.loadWASM(fs.readFileSync(wasm).buffer).then(() => ({
	createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
	createOnigString: (text) => new oniguruma.OnigString(text),
}));
const loadGrammar = async () =>
	textmate.parseRawGrammar(fs.readFileSync(grammarFile, 'utf8'), grammarFile);

function print(grammar, file) {
	let stack = textmate.INITIAL;
	const lines = fs.readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
	lines.forEach((text, at) => {
		const result = grammar.tokenizeLine(text, stack);
		let held = null;
		const flush = () => held && console.log(
			`${at + 1} ${held.begin} ${held.end} ${held.scopes}`);
		for (const token of result.tokens) {
			const end = Math.min(token.endIndex, text.length);
			const scopes = token.scopes.join(' ');
			if (token.startIndex >= end)
				continue;
			if (held && held.scopes === scopes) {
				held.end = end;
				continue;
			}
			flush();
			held = { begin: token.startIndex, end, scopes };
		}
		flush();
		stack = result.ruleStack;
	});
}

new textmate.Registry({ onigLib, loadGrammar }).loadGrammar('source.aaf').then((grammar) => {
	for (const file of files)
		print(grammar, file);
});
