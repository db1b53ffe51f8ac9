"""Forms."""


class Form: ...


def forms(): ...
