// Development only: stands in for the vendor's cadesplugin_api.js. The same objects and calls, but the certificates and
// keys are those of the demo CA on the development server (simulators/plugin), which answers under /dev/signer/ only.
(() => {
  const CERTIFICATES_URL = "/dev/signer/certificates";
  const SIGN_URL = "/dev/signer/sign";
  const FIND_THUMBPRINT = 0;
  const CADES_BES = 1;
  const BASE64_TO_BINARY = 1;

  // The real plug-in answers every property and every call with a promise.
  const remote = (object) =>
    new Proxy(object, {
      get(target, name) {
        if (name === "then") return undefined; // or `await` would take the object for a promise
        const value = target[name];
        if (typeof value === "function") return (...values) => Promise.resolve(value.apply(target, values));
        return Promise.resolve(value);
      },
    });

  const certificate = (item) =>
    remote({
      Thumbprint: item.thumbprint,
      SubjectName: item.subject,
      IssuerName: item.issuer,
      SerialNumber: item.serial,
      ValidFromDate: item.not_before,
      ValidToDate: item.not_after,
      HasPrivateKey: () => !item.keyless,
      IsValid: () => remote({ Result: true }),
      Export: () => item.certificate,
    });

  const collection = (items) =>
    remote({
      Count: items.length,
      Item: (number) => certificate(items[number - 1]),
      Find: (kind, value) =>
        collection(kind === FIND_THUMBPRINT ? items.filter((item) => item.thumbprint === value) : items),
    });

  class Store {
    #items = [];

    async Open() {
      const answer = await fetch(CERTIFICATES_URL, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error("the development signer gives no certificates");
      this.#items = (await answer.json()).certificates;
    }

    get Certificates() {
      return collection(this.#items);
    }

    Close() {}
  }

  class Signer {
    propset_Certificate(value) {
      this.chosen = value;
    }

    propset_CheckCertificate() {}

    propset_Options() {}

    propset_KeyPin() {}
  }

  const token = () =>
    document.querySelector("input[name=csrfmiddlewaretoken]")?.value ??
    document.querySelector("meta[name=csrf-token]")?.content ??
    document.cookie.match(/(?:^|;\s*)(?:lkot_csrf|csrftoken)=([^;]+)/)?.[1] ??
    "";

  class SignedData {
    propset_ContentEncoding(value) {
      this.encoding = value;
    }

    propset_Content(value) {
      this.content = value;
    }

    async SignCades(signer, kind, detached) {
      if (kind !== CADES_BES || !detached || this.encoding !== BASE64_TO_BINARY) {
        throw new Error("the development signer makes detached CAdES-BES over base64 content only");
      }
      const chosen = await signer.chosen;
      const answer = await fetch(SIGN_URL, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ thumbprint: await chosen.Thumbprint, content: this.content }),
      });
      if (!answer.ok || answer.redirected) throw new Error(`the development signer refused: ${answer.status}`);
      return (await answer.json()).signature;
    }
  }

  const makers = {
    "CAdESCOM.About": () => ({ PluginVersion: "development", Version: "development" }),
    "CAdESCOM.Store": () => new Store(),
    "CAdESCOM.CPSigner": () => new Signer(),
    "CAdESCOM.CadesSignedData": () => new SignedData(),
  };

  window.cadesplugin = Object.assign(Promise.resolve(), {
    CADESCOM_CADES_BES: CADES_BES,
    CreateObjectAsync(name) {
      const make = makers[name];
      return make ? Promise.resolve(remote(make())) : Promise.reject(new Error(`the development signer has no ${name}`));
    },
    getLastError: (error) => error.message,
  });
})();
