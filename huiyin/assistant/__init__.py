"""The assistant: answers from the help centre by itself, says so, and knows when a person has to.

Owns: dialogues and their turns, handing over, the thresholds it answers at, the learnt ranker and its versions,
topics that only people answer, what people judged of its answers, guided flows.
Does not own: articles and how they are asked for (knowledge), the case that a hand-over opens and everything said
after it (cases).
Events told: dialogue.begun, dialogue.answered, dialogue.handed_over, dialogue.ended, answer.rated, answer.judged,
assistant.tuned, ranker.fitted, ranker.chosen, and those of guided flows.
Events heard: its own dialogue.handed_over and dialogue.ended, to leave a guided flow.
"""
