using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Compat;
using AtlanticProxy.Web.Features.Admin.Health;
using AtlanticProxy.Web.Features.Admin.Jobs;
using AtlanticProxy.Web.Features.Announcements;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Features.Live;
using AtlanticProxy.Web.Features.ProxyLists;
using AtlanticProxy.Web.Features.Settings;
using AtlanticProxy.Web.Features.Setup;
using AtlanticProxy.Web.Features.SignIn;
using AtlanticProxy.Web.Features.Admin.Settings.All;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using AtlanticProxy.Web.StaticAssets;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AtlanticProxy.Web;

/// <summary>The web portal: admin pages for the reseller, a portal for customers. The entry point of this library.</summary>
public static class AtlanticWeb
{
    /// <summary>A working day: after it, unused, one signs in again. Use prolongs it.</summary>
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    /// <summary>How soon a changed role reaches sessions elsewhere. A changed password ends them at once.</summary>
    private static readonly TimeSpan SecurityStampInterval = TimeSpan.FromMinutes(1);

    /// <summary>Adds all that the portal needs beside ControlPlane's services.</summary>
    /// <param name="compat">Settings of the vendors' APIs; null for their defaults.</param>
    public static IServiceCollection AddAtlanticWeb(
        this IServiceCollection services, PortalOptions options, CompatOptions? compat = null)
    {
        services.AddSingleton(options);
        services.AddSingleton<PortalState>();
        services.TryAddSingleton<IPortalCertificate, NoCertificate>();
        services.TryAddSingleton<IRunningSite, UnattendedSite>();
        services.TryAddSingleton<IProviderTest, NoProviderTest>();
        services.TryAddSingleton<ILiveTraffic, NoLiveTraffic>();
        services.TryAddSingleton<ILiveConnections, NoLiveConnections>();
        services.TryAddSingleton<IDestinations, NoDestinations>();
        services.TryAddSingleton<IMachineSettings, NoMachineSettings>();
        services.AddSingleton<PublicAnnouncements>().AddSingleton<HealthBars>();
        services.TryAddSingleton<LiveViewers>();
        services.AddHostedService<LivePusher>();
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = LiveHub.MaxMessage);
        services.TryAddSingleton<IEndpointTest, NoEndpointTest>();
        services.AddSingleton<AssetCatalog>();
        services.AddSingleton<SignInThrottle>().AddSingleton<MailThrottle>().AddSingleton<KnownDevice>()
            .AddSingleton<SignUpKey>()
            .AddScoped<PasswordCheck>().AddScoped<Entrance>().AddScoped<SecondStep>()
            .AddSingleton<CodeThrottle>().AddScoped<CodeCheck>().AddScoped<SetupKey>()
            .AddScoped<PasskeyCeremony>().AddScoped<StepUpCheck>()
            .AddSingleton<ConnectionTestThrottle>().AddScoped<EndpointPages>().AddScoped<SettingsCatalog>()
            .AddScoped<AccountArchive>().AddScoped<ProxyListWriter>().AddScoped<ListGate>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = BodyLimit.MaxBytes;
            kestrel.Limits.MaxConcurrentConnections = kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.AddServerHeader = false;
        });
        services.AddSingleton<IConnectionListenerFactory>(
            provider => new BoundedTransport(ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider),
                options.MaxConnections));

        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, ConfigureSession);
        new IdentityBuilder(typeof(AppUser), services).AddSignInManager();
        services.Configure<SecurityStampValidatorOptions>(stamp =>
        {
            stamp.ValidationInterval = SecurityStampInterval;
            stamp.OnRefreshingPrincipal = Entrance.KeepAsync;
        });
        services.Configure<IdentityPasskeyOptions>(PasskeyCeremony.Configure);
        services.AddAuthorization(Policies.AddPolicies);
        services.AddAtlanticApi();
        services.AddCompatApi(compat ?? CompatOptions.Standard);
        PageCompression.Add(services);
        services.AddRateLimiter(limits =>
        {
            JobsDashboard.AddLimiter(limits);
            RequestThrottle.AddTo(limits, options);
        });
        services.Configure<FormOptions>(FormBodies.Configure);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie = new CookieBuilder();
            ConfigureCookie(antiforgery.Cookie, HostCookies.Antiforgery);
            antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it for every page
        });
        services.Configure<CookieTempDataProviderOptions>(notices => ConfigureCookie(notices.Cookie, HostCookies.Notice));

        services.AddControllersWithViews(mvc =>
            {
                mvc.Filters.Add<AutoValidateAntiforgeryTokenAttribute>();
                mvc.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
                mvc.ModelBinderProviders.Insert(0, new FigureBinding());
                BindingMessages.Configure(mvc.ModelBindingMessageProvider);
            })
            .AddApplicationPart(typeof(AtlanticWeb).Assembly)
            .ConfigureApplicationPartManager(PortalControllers.UseOnly);
        services.Configure<RazorViewEngineOptions>(razor => razor.ViewLocationExpanders.Add(new FeatureViewLocations()));
        return services;
    }

    /// <summary>
    /// Puts the portal's pipeline and pages into <paramref name="app"/>. Map endpoints of your own before or after; the headers
    /// cover them too.
    /// </summary>
    public static WebApplication MapAtlanticWeb(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<PortalOptions>();
        app.UseTrustedProxies(options.TrustedProxies);
        if (options.Secure)
            app.Use((context, next) =>
            {
                // Where TLS ends before us, requests arrive as plain HTTP; links and cookies must speak of what people see.
                context.Request.Scheme = Uri.UriSchemeHttps;
                return next(context);
            });
        var state = app.Services.GetRequiredService<PortalState>();
        app.UseSecurityHeaders(context => options.StrictTransportSecurity(state.LookAt(context.Request.Host.Host) is not null));
        app.UseHttpsRedirect();
        app.UseHostCookies();
        app.UseRequestLanguage();
        app.UseResponseCompression();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error/500",
            StatusCodeSelector = fault => DatabaseOutage.Caused(fault)
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status500InternalServerError,
            // What broke may be in the scope: the database that signed-in people are looked up in.
            CreateScopeForErrors = true,
        });
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseApiAnswers();
        app.UseBodyLimit();
        app.UseRouting();
        app.UseDatabaseOutage();
        app.UseAuthentication();
        app.UseCustomerView();
        app.UseAuthorization();
        app.UseSecondFactorDemand();
        app.UseFormBodies();
        app.UseRateLimiter();
        app.UseStaffActionLog();
        app.UseAuthorship();
        app.UseApiConventions();
        app.MapAssets();
        app.MapControllers();
        app.MapAtlanticApi();
        app.MapCompatApi();
        app.MapHub<LiveHub>(LiveHub.Path, hub => hub.CloseOnAuthenticationExpiration = true);
        app.MapJobsDashboard();
        return app;
    }

    private static void ConfigureSession(CookieAuthenticationOptions session)
    {
        ConfigureCookie(session.Cookie, HostCookies.Session);
        session.ForwardDefaultSelector = context => ApiPaths.Covers(context) ? BearerHandler.Name : null;
        session.LoginPath = "/sign-in";
        session.ReturnUrlParameter = "returnUrl";
        session.ExpireTimeSpan = SessionLength;
        session.SlidingExpiration = true;
        session.SessionStore = new SessionStore();
        // A page that asks by itself is nobody's use: left open, it must not keep a session alive.
        session.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= !AsksByItself(context.HttpContext);
            return Task.CompletedTask;
        };
        session.Events.OnValidatePrincipal = async context =>
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
            context.ShouldRenew &= !AsksByItself(context.HttpContext);
        };
        var redirect = session.Events.OnRedirectToLogin;
        session.Events.OnRedirectToLogin = context =>
        {
            // Relative: the Host header is whatever a client, or a proxy in between, has put there.
            context.RedirectUri = new Uri(context.RedirectUri).PathAndQuery;
            return redirect(context);
        };
        session.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static bool AsksByItself(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AsksByItselfAttribute>() is not null;

    /// <summary>Over HTTPS it is Secure, and <see cref="HostCookies"/> gives its name the prefix.</summary>
    internal static void ConfigureCookie(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }
}
