"""Underlying of the test."""

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Text
from oodaemon.parameters.form import Action, CardText, Choose, Expectation


class Ticker(Parameter):
    """The listbox Ticker; which underlyings it offers is the site's business."""

    name = "ticker"
    description = "Underlying of the test"
    section = "Strategy"
    value = Text(description="Symbol as the site offers it, such as SPX", longest=12)
    examples = ("SPY", "QQQ", "IWM")

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Choose it."""
        return (Choose(section=self.section, label="Ticker", option=setting.text.upper()),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The card `Underlying` names it."""
        return (CardText(card="Underlying", text=setting.text.upper()),)
