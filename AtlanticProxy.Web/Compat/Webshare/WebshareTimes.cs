using System.Globalization;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>The span that <c>timestamp__gte</c> and <c>timestamp__lte</c> ask for.</summary>
internal static class WebshareTimes
{
    /// <param name="usual">How long it is, where its beginning is left out.</param>
    public static (DateTimeOffset Start, DateTimeOffset End, ApiProblem? Refusal) Of(
        HttpRequest request, DateTimeOffset now, TimeSpan usual, int maxDays)
    {
        if (!IsAbsentOr(request, "timestamp__lte", out var until))
            return (default, default, Invalid("timestamp__lte"));
        if (!IsAbsentOr(request, "timestamp__gte", out var since))
            return (default, default, Invalid("timestamp__gte"));
        var end = until ?? now;
        var start = since ?? (end < now ? end : now) - usual;
        return (start, end,
            start >= end || start >= now
                ? ApiProblem.Invalid("compat.span", "Must be before timestamp__lte, and in the past.", "timestamp__gte")
            : start < now.AddDays(-maxDays) - TimeSpan.FromDays(1)
                ? ApiProblem.Invalid("compat.span", $"Cannot be older than {maxDays} days.", "timestamp__gte")
            : null);
    }

    /// <summary>ISO 8601, with an offset or in UTC.</summary>
    public static bool IsAbsentOr(HttpRequest request, string name, out DateTimeOffset? time)
    {
        string text = request.Query[name].ToString();
        time = text.Length > 0 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read) && read.Year is >= 2000 and <= 2999
                ? read
                : null;
        return text.Length == 0 || time is not null;
    }

    public static ApiProblem Invalid(string field) =>
        ApiProblem.Invalid("request.time_invalid", "Enter a valid date/time.", field);
}
