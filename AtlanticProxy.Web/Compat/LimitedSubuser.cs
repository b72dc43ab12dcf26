namespace AtlanticProxy.Web.Compat;

/// <summary>What Oxylabs and Decodo have alike in a sub-user: a limit for each period, and a status.</summary>
/// <param name="HasLimit">Whether the limit is to change.</param>
/// <param name="LimitBytes">Null: no limit.</param>
/// <param name="Secret">Null: it stays.</param>
/// <param name="Enabled">Null: it stays.</param>
internal sealed record LimitedSubuser(bool HasLimit, long? LimitBytes, string? Secret, bool? Enabled)
{
    public const string Active = "active", Disabled = "disabled";

    public static string StatusOf(bool enabled) => enabled ? Active : Disabled;

    /// <summary>Reads a request, and notes in it what is wrong or not supported here.</summary>
    /// <param name="statusWrong">What to say about a status that is not one.</param>
    public static LimitedSubuser Read(CompatBody body, GigabyteUnit unit, string statusWrong)
    {
        long? limit = body.Gigabytes("traffic_limit", unit);
        if (limit == 0)
            body.Refuse("traffic_limit", "A limit of 0 is not supported. To block a sub-user, set its status to disabled.");
        if (body.Flag("auto_disable") == false && limit is not null)
            body.Refuse("auto_disable", "A sub-user is always disabled at its limit.");
        string? status = body.Text("status");
        if (status is not (null or Active or Disabled))
            body.Refuse("status", statusWrong);
        return new LimitedSubuser(
            body.Has("traffic_limit"), limit, body.Text("password"), status is null ? null : status == Active);
    }
}
