"""`organisation`, `user`, `token`: who may come in, managed by the operator of the machine."""

from __future__ import annotations

import click

from service.accounts.lookup import account_of_login, only_organisation, organisations
from service.accounts.passwords import random_password
from service.commands.opening import opened
from service.errors import InputError


@click.group()
def organisation() -> None:
    """Организации: документы одной не видны другой."""


@organisation.command("add")
@click.argument("name")
def organisation_add(name: str) -> None:
    """Добавить организацию и показать её код."""
    with opened() as backends:
        click.echo(backends.accounts.create_organisation(name))


@organisation.command("list")
def organisation_list() -> None:
    """Показать организации."""
    with opened() as backends:
        for one in organisations(backends.engine):
            click.echo(f"{one.id}  {one.name}")


@click.group()
def user() -> None:
    """Учётные записи."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Фамилия, имя, отчество.")
@click.option("--organisation", "code", help="Имя или код организации; не нужно, если она одна.")
@click.option("--admin", is_flag=True, help="Права администратора организации.")
def user_add(login: str, name: str, code: str | None, admin: bool) -> None:
    """Добавить учётную запись; пароль показывается один раз."""
    password = random_password()
    with opened() as backends:
        backends.accounts.create_account(
            only_organisation(backends.engine, code),
            login=login,
            name=name,
            password=password,
            is_admin=admin,
        )
    click.echo(f"Логин:  {login}\nПароль: {password}")


@user.command("list")
def user_list() -> None:
    """Показать учётные записи всех организаций."""
    with opened() as backends:
        for one in organisations(backends.engine):
            for account in backends.accounts.accounts_of(one.id):
                marks = ", администратор" * account.is_admin + ", закрыта" * (not account.active)
                click.echo(f"{account.login}  {account.name} – {one.name}{marks}")


@user.command("close")
@click.argument("login")
def user_close(login: str) -> None:
    """Закрыть учётную запись: сеансы и ключи доступа перестают действовать сразу."""
    with opened() as backends:
        found = account_of_login(backends.engine, login)
        backends.accounts.set_active(found.organisation_id, found.id, active=False)
    click.echo(f"Учётная запись «{login}» закрыта.")


@user.command("password")
@click.argument("login")
@click.password_option(
    "--password", prompt="Новый пароль", confirmation_prompt="Ещё раз", help="Новый пароль."
)
def user_password(login: str, password: str) -> None:
    """Задать новый пароль."""
    with opened() as backends:
        backends.accounts.set_password(login, password)
    click.echo("Пароль изменён, прежние сеансы завершены.")


@click.group()
def token() -> None:
    """Ключи доступа для программ."""


@token.command("add")
@click.argument("login")
@click.argument("name")
@click.option("--days", default=90, show_default=True, help="Срок действия, дней: от 1 до 366.")
@click.option("--admin", is_flag=True, help="Права администратора, если они есть у учётной записи.")
def token_add(login: str, name: str, days: int, admin: bool) -> None:
    """Создать ключ доступа; он показывается один раз."""
    scopes = ("documents", "admin") if admin else ("documents",)
    with opened() as backends:
        text, _ = backends.accounts.create_token(
            account_of_login(backends.engine, login), name, days, scopes=scopes
        )
    click.echo(text)


@token.command("list")
@click.argument("login")
def token_list(login: str) -> None:
    """Показать ключи учётной записи."""
    with opened() as backends:
        for one in backends.accounts.list_tokens(account_of_login(backends.engine, login)):
            state = "отозван" if one.revoked_at else f"до {one.expires_at:%d.%m.%Y}"
            click.echo(f"{one.prefix}  {one.name} – {one.actor_name}, {state}")


@token.command("revoke")
@click.argument("login")
@click.argument("prefix")
def token_revoke(login: str, prefix: str) -> None:
    """Отозвать ключ доступа по его видимому началу."""
    with opened() as backends:
        owner = account_of_login(backends.engine, login)
        found = [one for one in backends.accounts.list_tokens(owner) if one.prefix == prefix]
        if not found:
            raise InputError(f"Ключа, который начинается с «{prefix}», нет. Список: token list {login}.")
        backends.accounts.revoke_token(owner, found[0].id)
    click.echo("Ключ отозван.")
