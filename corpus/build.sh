#!/usr/bin/env bash
# Makes corpus/documents and corpus/truth from corpus/source. Needs (and installs none of it):
#   apt: libreoffice-writer hyphen-no chromium qpdf poppler-utils fonts-liberation texlive-latex-recommended
#        texlive-latex-extra texlive-fonts-recommended texlive-lang-european
#   pip: weasyprint typst pillow, in a virtual environment named by CORPUS_VENV (default: .venv beside this script)
# Usage: corpus/build.sh [PART OF A PATH]     makes all (or only what matches), then checks the PDFs
set -euo pipefail
cd "$(dirname "$0")"
export CORPUS_VENV="${CORPUS_VENV:-$PWD/.venv}"
missing=()
for tool in soffice chromium qpdf pdftotext pdftoppm pdfinfo pdflatex python3; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
"$CORPUS_VENV/bin/python" -c 'import typst, weasyprint, PIL' 2>/dev/null || missing+=("weasyprint, typst, pillow in $CORPUS_VENV")
if ((${#missing[@]})); then
  printf 'missing: %s\n' "${missing[@]}" >&2
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
python3 source/build.py "$@"
python3 source/build.py --check
