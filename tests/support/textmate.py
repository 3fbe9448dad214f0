"""A tokeniser for TextMate grammars, as far as ours needs one: textmate.py GRAMMAR FILE.

Prints a line for each run of characters with equal scopes: `LINE BEGIN END SCOPE...`, the
columns from 0, END behind the run.  `textmate.py GRAMMAR` alone only looks whether every
expression compiles and every include leads somewhere.  Patterns, begin and end, captures
with patterns of their own, names: no more is there, and what else a grammar holds is
refused.  Expressions are those that Oniguruma and Python read alike.
"""
import json
import re
import sys

KEYS = {"name", "match", "captures", "begin", "end", "beginCaptures", "endCaptures",
        "patterns", "include"}


class Grammar:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.top = json.load(file)
        self.compiled = {}
        self.included = set()
        self.check(self.top["patterns"])
        for rule in self.top["repository"].values():
            self.check([rule])
        unused = set(self.top["repository"]) - self.included
        if unused:
            sys.exit(f"nothing includes {sorted(unused)}")

    def check(self, rules):
        for rule in rules:
            if set(rule) - KEYS:
                sys.exit(f"unknown keys: {sorted(set(rule) - KEYS)}")
            self.included.update([rule["include"][1:]] if "include" in rule else [])
            for key in ("match", "begin", "end"):
                if key in rule:
                    self.regex(rule[key])
            self.expand(rule.get("patterns", []))
            self.check(rule.get("patterns", []))
            for key in ("captures", "beginCaptures", "endCaptures"):
                for capture in rule.get(key, {}).values():
                    self.check([capture])

    def regex(self, text):
        if text not in self.compiled:
            self.compiled[text] = re.compile(text)
        return self.compiled[text]

    def expand(self, patterns):
        """PATTERNS with what they include in its place."""
        return [self.top["repository"][p["include"][1:]] if "include" in p else p
                for p in patterns]


class Line:
    """The scopes of each character of a line, and where a pass over it stands."""

    def __init__(self, grammar, text):
        self.grammar = grammar
        self.text = text
        self.scopes = [None] * len(text)

    def paint(self, begin, end, scopes):
        for at in range(begin, end):
            self.scopes[at] = scopes

    def paint_match(self, match, scopes, captures):
        self.paint(match.start(), match.end(), scopes)
        for number, capture in sorted(captures.items(), key=lambda c: int(c[0])):
            begin, end = match.span(int(number))
            if begin < 0 or begin == end:
                continue
            inner = scopes + ([capture["name"]] if "name" in capture else [])
            self.paint(begin, end, inner)
            if "patterns" in capture:
                self.run(begin, end, [({"patterns": capture["patterns"]}, inner)])

    def best(self, at, end, rule):
        """The leftmost match; its end comes first, then its patterns in order."""
        found = None
        if "end" in rule:
            match = self.grammar.regex(rule["end"]).search(self.text, at, end)
            found = match and (match, None)
        for inner in self.grammar.expand(rule["patterns"]):
            regex = self.grammar.regex(inner.get("match") or inner["begin"])
            match = regex.search(self.text, at, end)
            if match and (not found or match.start() < found[0].start()):
                found = (match, inner)
        return found

    def run(self, at, end, stack):
        while at <= end:
            rule, scopes = stack[-1]
            found = self.best(at, end, rule)
            if not found:
                self.paint(at, end, scopes)
                return
            match, inner = found
            self.paint(at, match.start(), scopes)
            if inner is None:
                self.paint_match(match, scopes, rule.get("endCaptures", {}))
                stack.pop()
            else:
                named = scopes + ([inner["name"]] if "name" in inner else [])
                self.paint_match(match, named, inner.get(
                    "captures", inner.get("beginCaptures", {})))
                if "begin" in inner:
                    stack.append((inner, named))
                elif match.end() == at:
                    sys.exit(f"an empty match at {at}: {inner}")
            at = match.end()


def tokens(grammar, file):
    stack = [({"patterns": grammar.top["patterns"]}, [grammar.top["scopeName"]])]
    for number, text in enumerate(file, 1):
        line = Line(grammar, text.rstrip("\n") + "\n")
        line.run(0, len(line.text), stack)
        begin = 0
        for at in range(1, len(line.text)):
            if line.scopes[at] != line.scopes[begin] or at == len(line.text) - 1:
                yield number, begin, at, line.scopes[begin]
                begin = at


def main():
    grammar = Grammar(sys.argv[1])
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            for number, begin, end, scopes in tokens(grammar, file):
                print(number, begin, end, *scopes)


main()
