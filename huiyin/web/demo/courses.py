"""The courses a matter can take, from the first word to the user's verdict."""

from collections.abc import Callable
from random import Random

from huiyin.web.demo.content import Script
from huiyin.web.demo.pen import Pen

Course = Callable[[Pen], object]


def quick(pen: Pen) -> None:
    pen.wait(9).take().note(often=0.25).wait(14).reply().wait(45).solve().verdict()


def brief(pen: Pen) -> None:
    """Answered out of the queue, solved a little later."""
    pen.wait(24).reply().wait(14).solve().verdict(200, often=0.68)


def talk(pen: Pen) -> None:
    pen.wait(20).ask().soon(35).answer().note(often=0.4).wait(22).reply()
    if pen.chance.random() < 0.35:
        pen.soon(50).nag()
    pen.wait(80).solve().verdict()


def long_talk(pen: Pen) -> None:
    pen.wait(14).take().wait(16).ask().soon(110).answer().note().wait(40).reply()
    pen.soon(200).nag().wait(30).reply().wait(150).solve().verdict()


def partnered(pen: Pen) -> None:
    pen.wait(10).take().wait(14).reply().wait(12).partner().wait(500).reply().wait(120).solve().verdict()


def late(pen: Pen) -> None:
    """Somebody had to ask before anybody looked."""
    pen.wait(560).nag().wait(90).reply().wait(240).solve().verdict(often=0.5)


def refused(pen: Pen) -> None:
    pen.wait(8).take().wait(14).reply().wait(50).solve().soon(280).dispute()
    pen.wait(45).second().wait(200).solve_again().verdict(often=0.85)


def returned(pen: Pen) -> None:
    """The user writes again after the solution."""
    pen.wait(22).reply().wait(40).solve().soon(500).nag().wait(30).reply().wait(90).solve().verdict(often=0.8)


def waiting(pen: Pen) -> None:
    """Nobody has taken it yet."""


def taken(pen: Pen) -> None:
    pen.soon(4).take().soon(2).note(often=0.35)


def talking(pen: Pen) -> None:
    pen.soon(7).take().soon(8).reply().note(often=0.4)
    if pen.chance.random() < 0.65:
        pen.soon(42).answer()


def asked(pen: Pen) -> None:
    pen.soon(12).take().note(often=0.3).soon(5).ask()


def with_partner(pen: Pen) -> None:
    pen.soon(11).take().soon(9).reply().soon(8).partner()


def stuck(pen: Pen) -> None:
    """Begun well, then left lying: past its promise."""
    pen.wait(14).take().wait(25).reply().note(often=0.9).soon(900).nag()
    if pen.chance.random() < 0.5:
        pen.soon(60).note(often=1.0).soon(1400).nag()


def disputed(pen: Pen) -> None:
    """Solved too early: somebody senior has it now, and has perhaps written already."""
    pen.soon(7).take().soon(9).reply().soon(25).solve().soon(50).dispute()
    if pen.chance.random() < 0.6:
        pen.soon(25).second()


def just_solved(pen: Pen) -> None:
    pen.soon(8).take().soon(10).reply().soon(60).solve()


OLD: tuple[Course, ...] = (quick, brief, talk, long_talk, partnered, late, refused, returned)
OLD_WEIGHTS = (26, 20, 24, 7, 8, 5, 7, 3)


def one_of(script: Script, chance: Random) -> Course:
    """A course that fits an old matter: nobody disputes praise, and no carrier is asked about a wish."""
    if script.kind == "suggestion":
        return chance.choice((quick, brief))
    course = chance.choices(OLD, OLD_WEIGHTS)[0]
    return quick if course is refused and not script.unsettled else course
