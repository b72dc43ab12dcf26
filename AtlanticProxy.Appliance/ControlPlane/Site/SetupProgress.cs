namespace AtlanticProxy.ControlPlane.Site;

/// <summary>The steps of setup, in the order in which people take them.</summary>
public enum SetupStepKind
{
    Owner,
    Brand,
    Host,
    Provider,
    Plan,
}

/// <summary>How a step stands.</summary>
/// <param name="IsConfigured">The configuration says it: it cannot be set elsewhere.</param>
public sealed record SetupStep(SetupStepKind Kind, bool IsDone, bool IsConfigured = false)
{
    /// <summary>In a few words.</summary>
    public string Title => Kind switch
    {
        SetupStepKind.Owner => "Your account",
        SetupStepKind.Brand => "Brand",
        SetupStepKind.Host => "Host name",
        SetupStepKind.Provider => "First provider",
        SetupStepKind.Plan => "First plan",
    };

    /// <summary>What does the same on the command line.</summary>
    public string Command => Kind switch
    {
        SetupStepKind.Owner => "atlanticproxy admin create you@example.com --role owner",
        SetupStepKind.Brand => "atlanticproxy setup brand \"Your brand\"",
        SetupStepKind.Host => "atlanticproxy setup host proxy.example.com --email you@example.com --agree-to-terms",
        SetupStepKind.Provider => "atlanticproxy provider add NAME --preset PRESET --username ACCOUNT --password-stdin",
        SetupStepKind.Plan => "atlanticproxy plan add Personal --kind subscription --price 29.00 --included-gb 50",
    };
}

/// <param name="FinishedAt">When somebody said that setup is over; null: it goes on.</param>
public sealed record SetupProgress(DateTimeOffset? FinishedAt, IReadOnlyList<SetupStep> Steps)
{
    public bool IsFinished => FinishedAt is not null;

    public bool HasOwner => this[SetupStepKind.Owner].IsDone;

    /// <summary>Null when all are done.</summary>
    public SetupStep? Next => Steps.FirstOrDefault(step => !step.IsDone);

    public SetupStep this[SetupStepKind kind] => Steps.Single(step => step.Kind == kind);
}
