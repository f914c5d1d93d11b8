"""Pages that mix nouns: workspace home, help-centre home, the public promise page, and the demo company.

Owns: no table. Does not own: any rule. Events told: none. Events heard: none.
"""
