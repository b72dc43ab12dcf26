using AtlanticProxy.ControlPlane.Accounts;

namespace AtlanticProxy.Web.Features.Safety;

/// <param name="RecoveryCodesLeft">Null: there is no second factor.</param>
/// <param name="DueAt">By when there must be one; null: there need not.</param>
internal sealed record SafetyPage(int? RecoveryCodesLeft, DateTimeOffset? DueAt, IReadOnlyList<PasskeySummary> Passkeys,
    IReadOnlyList<SessionSummary> Sessions);

/// <param name="DueAt">By when it must be on; null: it need not.</param>
internal sealed record EnrolPage(Enrolment Enrolment, string QrCode, DateTimeOffset? DueAt);

/// <summary>Recovery codes, the one time that they are shown.</summary>
internal sealed record CodesPage(IReadOnlyList<string> Codes, bool AreFirst);

internal sealed record TurnOffForm(string? Password, string? Code);
