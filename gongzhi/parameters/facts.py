"""What this room announces."""

from gongzhi.kernel.facts import FactType

CITY_FOUNDED = FactType("city.founded")
PARAMETER_SET = FactType("city.parameter-set")
