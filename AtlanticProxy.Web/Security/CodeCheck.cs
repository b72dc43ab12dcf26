using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>Has codes of a second factor tried as slowly as <see cref="CodeThrottle"/> wants it.</summary>
internal sealed class CodeCheck(CodeThrottle throttle, KnownDevice devices)
{
    /// <summary>Runs <paramref name="attempt"/> and counts it where it is refused.</summary>
    /// <returns>How long to wait instead, and then no result.</returns>
    public async Task<(TimeSpan? Wait, T? Result)> TryAsync<T>(HttpContext context, long userId, Func<Task<T>> attempt)
        where T : Result
    {
        string? device = devices.IdOf(context, userId);
        if (throttle.Wait(userId, device) is { } wait)
            return (wait, null);
        var result = await attempt();
        if (!result.IsSuccess)
            throttle.CountFailure(userId, device);
        return (null, result);
    }
}
