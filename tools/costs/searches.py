"""What is measured of searches."""

from kith.table.post_index import PostIndex
from kith.table.posts import PostStore
from kith.table.user_index import UserIndex
from kith.table.users import UserStore
from tools.costs.circle import A_PAGE, PAGE, Circle
from tools.costs.laboratory import Laboratory

USERS, POSTS = "GET /api/v1/search/users", "GET /api/v1/search/posts"
HASHTAGS, COMPLETIONS = "GET /api/v1/search/hashtags", "GET /api/v1/search/autocomplete"


def measure_searches(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the search room."""
    measure, ada = laboratory.measure, circle.ada
    index, posts = UserIndex(laboratory.table), PostIndex(laboratory.table)
    users = UserStore(laboratory.table).by_ids([friend.user_id for friend in circle.friends])
    for user in users.values():
        index.put(user, followers=0)
    for post in PostStore(laboratory.table).by_ids([*circle.posts, *circle.series]).values():
        posts.put(post, users[post.author_id])
    measure("ten of 21 whose names begin so", ada, USERS, query={"q": "friend"})
    measure("the very name", ada, USERS, query={"q": circle.friends[3].username})
    measure("eight letters, a typo in them", ada, USERS, query={"q": "frieend1"})
    measure("nobody", ada, USERS, query={"q": "zachary"})
    measure("accounts and hashtags", ada, COMPLETIONS, query={"q": "fri"})
    measure("one", ada, HASHTAGS, query={"q": "ri"})
    measure(f"{A_PAGE} by one author", ada, POSTS, query={"q": "bridges tram"})
    measure(f"{A_PAGE}, best first, of {2 * PAGE + 2}", ada, POSTS, query={"q": "bridges", "order": "best"})
