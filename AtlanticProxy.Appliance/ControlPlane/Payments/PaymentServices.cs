using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>The payments' part of the control plane.</summary>
internal static class PaymentServices
{
    public static void AddPayments(this IServiceCollection services, PaymentOptions options)
    {
        GatewayHttp.Register(services, options);
        services.AddSingleton(options).AddScoped<PaymentDesk>().AddScoped<PaymentQueries>().AddScoped<ReversalQueries>();
        services.AddScoped<IPaymentPurpose, TopUp>().AddScoped<IPaymentPurpose, OrderPurpose>()
            .AddScoped<IPaymentPurpose, RenewalPurpose>();
        services.AddScoped<AddGateway>().AddScoped<UpdateGateway>().AddScoped<SetGatewayState>().AddScoped<RemoveGateway>()
            .AddScoped<TestGateway>();
        services.AddScoped<StartTopUp>().AddScoped<ChargeSavedMethod>().AddScoped<AskPayment>().AddScoped<CancelPayment>()
            .AddScoped<ReceiveWebhook>();
        services.AddScoped<RefundPayment>().AddScoped<ConfirmRefund>().AddScoped<ConfirmTransfer>().AddScoped<AllocateMoney>();
        services.AddScoped<SetDefaultMethod>().AddScoped<RemoveMethod>().AddScoped<SetAutoTopUp>();
    }
}
