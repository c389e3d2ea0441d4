"""What the realtime room answers."""

from pydantic import BaseModel, Field

from functions.realtime.service import Ticket


class TicketView(BaseModel):
    """A ticket for one websocket."""

    ticket: str = Field(description="Can be used once.")
    url: str = Field(
        description="Where to open the websocket, with the ticket as the query parameter `ticket`.",
        examples=["wss://websocket.kith.example/prod"],
    )
    expires_in: int = Field(description="Seconds for which the ticket can be used.", examples=[30])

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketView":
        """Return the view of a ticket."""
        return cls(ticket=ticket.token, url=ticket.url, expires_in=ticket.expires_in)
