using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>
/// Tests an endpoint: the appliance connects to itself as the customer's client would, and fetches the page that the settings
/// name, never another. It is the customer's traffic.
/// </summary>
[Authorize(Policies.Connectors), Route($"{EndpointsPage.Path}/test")]
internal sealed class EndpointTestController(
    EndpointPages pages, RevealProxyUserSecret reveal, IEndpointTest tests, ConnectionTestThrottle throttle, PortalOptions portal)
    : EndpointPageController(pages)
{
    /// <summary>The engine tries several exits, 10 s each at most; people wait no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [HttpPost]
    public Task<IActionResult> Test([FromQuery] EndpointChoice choice, CancellationToken cancellation) =>
        OnPageAsync(choice, async page =>
        {
            var report = throttle.Take(page.User.CustomerId) is { } wait
                ? TooManyTests(wait)
                : await ReportAsync(page, cancellation);
            return View("Endpoints", page with { Test = report });
        }, cancellation);

    private TestReport TooManyTests(TimeSpan wait)
    {
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
        return TestReport.NotMade("Too many tests",
            $"You can test {ConnectionTestThrottle.TestsPerMinute} times a minute. Try again in "
            + $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0} s.");
    }

    private async Task<TestReport> ReportAsync(EndpointsPage page, CancellationToken cancellation)
    {
        var secret = await reveal.ExecuteAsync(new RevealProxyUserSecret.Request(User.Scope, page.User.Id), cancellation);
        if (!secret.IsSuccess)
            return TestReport.NotMade("Not tested", secret.Errors[0].Words);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var tested = await tests.RunAsync(
                new EndpointTestRequest(page.First.Username, secret.Value.Secret, new Uri(portal.ExitPageUrl)),
                patience.Token);
            return tested.IsSuccess
                ? TestReport.Of(tested.Value, page.Choice.Country!)
                : TestReport.NotMade("Not tested", tested.Errors[0].Words);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TestReport.NotMade("No answer",
                $"Nothing came within {Patience.TotalSeconds:0} s. Try again, or choose a larger area.");
        }
    }
}
