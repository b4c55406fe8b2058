"""Projects' logos, from our own origin: pages show nothing from elsewhere."""

from litestar import HttpMethod, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tellback.core.identifiers import is_id
from tellback.core.logo import NAME, media_type_of
from tellback.store.logos import find_logo
from tellback.web.pages import site_of
from tellback.web.respond.page import AnyRequest

#: Its name is of what is in it. Whoever opens a drawing alone opens it in a box of its own.
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@route("/-/logo/{project:str}/{file:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_logo(
    request: AnyRequest, project: FromPath[str], file: FromPath[str]
) -> Response[bytes]:
    """A project's logo."""
    known = is_id(project) and NAME.fullmatch(file)
    data = await site_of(request).database.read(find_logo, project, file) if known else None
    if data is None:
        raise NotFoundException
    return Response(data, media_type=media_type_of(file), headers=_HEADERS)
