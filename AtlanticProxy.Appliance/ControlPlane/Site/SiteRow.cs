using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>The one row of <c>site</c>: the migration made it, and it stays.</summary>
[Table("site")]
internal sealed class SiteRow
{
    [PrimaryKey]
    public bool OnlyRow { get; set; } = true;

    public string? BrandName { get; set; }
    public string? HostName { get; set; }

    /// <summary>Of the account with the ACME authority; null: no certificate is asked for.</summary>
    public string? AcmeEmail { get; set; }

    /// <summary>When somebody agreed to the authority's terms of service.</summary>
    public DateTimeOffset? AcmeTermsAgreedAt { get; set; }

    /// <summary>Who may get an account.</summary>
    public SignUpMode SignUp { get; set; }

    /// <summary>Of who signs up; null: none yet.</summary>
    public long? SignUpPlanId { get; set; }

    /// <summary>Where the terms are that people agree to; null: there are none.</summary>
    public string? TermsUrl { get; set; }

    /// <summary>Since when staff need a second factor; null: they do not.</summary>
    public DateTimeOffset? StaffSecondFactorSince { get; set; }

    /// <summary><c>#rrggbb</c>; null: the product's own.</summary>
    public string? Accent { get; set; }

    /// <summary>PNG or JPEG.</summary>
    public byte[]? Logo { get; set; }

    public string? SupportEmail { get; set; }
    public bool Landing { get; set; }
    public string Pitch { get; set; } = "";
    public string About { get; set; } = "";

    /// <summary>Markdown.</summary>
    public string Terms { get; set; } = "";

    /// <summary>Markdown.</summary>
    public string Privacy { get; set; } = "";

    /// <summary>SHA-256, since tokens are random and long.</summary>
    public byte[]? SetupTokenHash { get; set; }

    public DateTimeOffset? SetupTokenExpiresAt { get; set; }

    /// <summary>A token opens the page once; the browser then has a cookie that counts as long as the token would.</summary>
    public DateTimeOffset? SetupTokenUsedAt { get; set; }

    public DateTimeOffset? SetupFinishedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}
