using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Offer;

internal sealed record OfferPage(SellerOffer Offer, WhatNext Next, IReadOnlyList<GrantSummary> Grants);

/// <summary>What a reseller's customer has, and can ask the reseller for.</summary>
[Authorize(Policies.Sold)]
internal sealed class OfferController(ResaleQueries resale, GrantQueries grants) : PortalController
{
    [HttpGet("/offer")]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var next = await grants.WhatNextAsync(User.Scope, User.CustomerId, cancellation);
        if (next is null || await resale.OfferAsync(User.CustomerId, cancellation) is not { } offer)
            return NotFound();
        return View("Offer", new OfferPage(offer, next,
            [.. (await grants.ListAsync(User.Scope, User.CustomerId, cancellation)).Where(grant => grant.IsGood)]));
    }
}
