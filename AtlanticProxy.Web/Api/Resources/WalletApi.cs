using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Balance">Minor units; below zero only by what open tunnels used beyond it.</param>
internal sealed record BalanceBody(string Currency, long Balance);

/// <param name="Balances">One for each currency that money ever moved in.</param>
internal sealed record WalletBody(PublicId<OfCustomer> Customer, IReadOnlyList<BalanceBody> Balances) : IExample<WalletBody>
{
    public static WalletBody Example => new(new(7), [new("USD", 3500)]);
}

/// <summary>One movement of a wallet, in minor units.</summary>
/// <param name="Amount">Above zero came in.</param>
internal sealed record WalletEntryBody(
    PublicId<OfEntry> Id, DateTimeOffset At, TransactionKind Kind, string Memo, long Amount, long BalanceAfter, string Currency)
    : IExample<WalletEntryBody>
{
    public static WalletEntryBody Example => new(
        new(11), ExampleTime.Noon, TransactionKind.Payment, "", 2500, 3500, "USD");

    public static WalletEntryBody Of(WalletEntry entry) => new(
        new(entry.TransactionId), entry.At, entry.Kind, entry.Memo, entry.Amount, entry.BalanceAfter, entry.Currency);
}

/// <summary>The balance of the token's customer; with a token of the staff, of whom it names.</summary>
internal static class WalletApi
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("/wallet").WithTags("Wallet");
        api.MapGet("", ShowAsync).Needs(TokenScope.BillingRead).WithName("getWallet")
            .WithSummary("Show the balance in each currency").Produces<WalletBody>();
        api.MapGet("/entries", ListAsync).Needs(TokenScope.BillingRead).WithName("listWalletEntries")
            .WithSummary("List the entries of a balance").Produces<ListBody<WalletEntryBody>>();
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal user, WalletQueries queries, CancellationToken cancellation, PublicId<OfCustomer>? customer = null)
    {
        if (AskedCustomer.Of(user, customer) is not { } whose)
            return AskedCustomer.Missing;
        var found = await queries.FindAsync(user.Scope, whose, cancellation, entries: 0);
        return found.IsSuccess
            ? Results.Ok(new WalletBody(new(whose),
                [.. found.Value.Balances.Select(each => new BalanceBody(each.Currency, each.Balance))]))
            : ApiProblem.Of(found);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, WalletQueries queries, CancellationToken cancellation, int? limit = null, string? cursor = null,
        PublicId<OfCustomer>? customer = null)
    {
        var paging = Paging.Of("wallet_entries", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        if (AskedCustomer.Of(user, customer) is not { } whose)
            return AskedCustomer.Missing;
        if (await queries.FindAsync(user.Scope, whose, cancellation, entries: 0) is { IsSuccess: false } missing)
            return ApiProblem.Of(missing);
        var found = await queries.AfterAsync(user.Scope, whose, paging.After, paging.Limit, cancellation);
        return Results.Ok(Paging.Body("wallet_entries", found, WalletEntryBody.Of, one => one.TransactionId));
    }
}
