"""A drawn sample: customers by their tonnes, with all their contacts who can be asked. Our own people are never drawn."""

import secrets

from django.utils.translation import gettext_lazy

from feedback.analysis.drawing import draw
from feedback.enums import SkipReason
from feedback.models import Wave, WaveDraw
from feedback.services.audience import Audience, Skip
from portcrm.accounts.models import User
from portcrm.audit.actions import action


def frame(audience: Audience) -> dict[int, float]:
    """Tonnes of 12 months by customer, of all who could be asked."""
    return {one.customer_id: max(one.customer.tonnes_12m, 0) for one in audience.asked}


@action("wave.draw_sample", gettext_lazy("Sample drawn"))
def draw_sample(*, wave: Wave, audience: Audience, size: int, by: User) -> Audience:
    """Draw `size` customers of those who could be asked; the contacts of the others are spared as not drawn.

    Where there are no more than that, all are asked and nothing is drawn. Frame, weights and seed are written down with the wave, so
    that the draw can be repeated.
    """
    weights = frame(audience)
    if len(weights) <= size:
        return audience
    wave.sample_frame, wave.sample_size, wave.sample_seed = len(weights), size, secrets.randbits(62)
    wave.save(update_fields=["sample_frame", "sample_size", "sample_seed"])
    drawn = draw(weights, size, seed=wave.sample_seed)
    WaveDraw.objects.bulk_create(
        (WaveDraw(wave=wave, customer_id=pk, tonnes=tonnes, drawn=pk in drawn) for pk, tonnes in weights.items()), batch_size=1000
    )
    left = [Skip(one, SkipReason.NOT_DRAWN, audience.asked_before.get(one.pk)) for one in audience.asked if one.customer_id not in drawn]
    return Audience([one for one in audience.asked if one.customer_id in drawn], audience.skipped + left)
