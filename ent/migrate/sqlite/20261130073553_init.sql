-- Create "address_changes" table
CREATE TABLE `address_changes` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `opened_by` text NOT NULL, `status` text NOT NULL, `region` text NOT NULL, `address` blob NULL, `phone_index` blob NULL, `note` blob NULL, `reason` blob NULL, `answered_at` datetime NULL, `created_at` datetime NOT NULL, `shop_id` blob NOT NULL, `order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "addresschange_order_id" to table: "address_changes"
CREATE INDEX `addresschange_order_id` ON `address_changes` (`order_id`);
-- Create index "addresschange_phone_index" to table: "address_changes"
CREATE INDEX `addresschange_phone_index` ON `address_changes` (`phone_index`);
-- Create index "addresschange_shop_id_status" to table: "address_changes"
CREATE INDEX `addresschange_shop_id_status` ON `address_changes` (`shop_id`, `status`);
-- Create "after_sales" table
CREATE TABLE `after_sales` (`id` blob NOT NULL, `number` text NOT NULL, `policy_version` integer NOT NULL, `buyer_id` blob NOT NULL, `kind` text NOT NULL, `goods` text NOT NULL, `way` text NULL, `reason` text NOT NULL, `text` blob NULL, `opened_by` text NOT NULL, `status` text NOT NULL, `currency` text NOT NULL, `amount` integer NOT NULL DEFAULT 0, `freight` integer NOT NULL DEFAULT 0, `trigger` text NULL, `liable` text NULL, `rejection` text NULL, `proposal` json NULL, `return_warehouse_id` blob NULL, `return_address` blob NULL, `goods_back` bool NOT NULL DEFAULT false, `split_from_id` blob NULL, `due_at` datetime NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `shop_id` blob NOT NULL, `shipment_id` blob NULL, `order_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "aftersale_number" to table: "after_sales"
CREATE UNIQUE INDEX `aftersale_number` ON `after_sales` (`number`);
-- Create index "aftersale_order_id" to table: "after_sales"
CREATE INDEX `aftersale_order_id` ON `after_sales` (`order_id`);
-- Create index "aftersale_sub_order_id" to table: "after_sales"
CREATE INDEX `aftersale_sub_order_id` ON `after_sales` (`sub_order_id`);
-- Create index "aftersale_shop_id_status" to table: "after_sales"
CREATE INDEX `aftersale_shop_id_status` ON `after_sales` (`shop_id`, `status`);
-- Create index "aftersale_buyer_id_status" to table: "after_sales"
CREATE INDEX `aftersale_buyer_id_status` ON `after_sales` (`buyer_id`, `status`);
-- Create index "aftersale_status_due_at" to table: "after_sales"
CREATE INDEX `aftersale_status_due_at` ON `after_sales` (`status`, `due_at`);
-- Create index "aftersale_shipment_id" to table: "after_sales"
CREATE INDEX `aftersale_shipment_id` ON `after_sales` (`shipment_id`);
-- Create index "aftersale_split_from_id" to table: "after_sales"
CREATE INDEX `aftersale_split_from_id` ON `after_sales` (`split_from_id`);
-- Create index "aftersale_return_warehouse_id_status" to table: "after_sales"
CREATE INDEX `aftersale_return_warehouse_id_status` ON `after_sales` (`return_warehouse_id`, `status`);
-- Create "after_sale_lines" table
CREATE TABLE `after_sale_lines` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `quantity` integer NOT NULL, `amount` integer NOT NULL DEFAULT 0, `currency` text NOT NULL, `good_quantity` integer NOT NULL DEFAULT 0, `damaged_quantity` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, `after_sale_id` blob NOT NULL, `item_id` blob NOT NULL, `exchange_sku_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "aftersaleline_after_sale_id_item_id" to table: "after_sale_lines"
CREATE UNIQUE INDEX `aftersaleline_after_sale_id_item_id` ON `after_sale_lines` (`after_sale_id`, `item_id`);
-- Create index "aftersaleline_item_id" to table: "after_sale_lines"
CREATE INDEX `aftersaleline_item_id` ON `after_sale_lines` (`item_id`);
-- Create index "aftersaleline_exchange_sku_id" to table: "after_sale_lines"
CREATE INDEX `aftersaleline_exchange_sku_id` ON `after_sale_lines` (`exchange_sku_id`);
-- Create "after_sale_messages" table
CREATE TABLE `after_sale_messages` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `kind` text NOT NULL, `author_role` text NOT NULL, `author` text NOT NULL DEFAULT '', `text` blob NULL, `images` blob NULL, `created_at` datetime NOT NULL, `after_sale_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "aftersalemessage_after_sale_id" to table: "after_sale_messages"
CREATE INDEX `aftersalemessage_after_sale_id` ON `after_sale_messages` (`after_sale_id`);
-- Create "audit_entries" table
CREATE TABLE `audit_entries` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `number` integer NOT NULL, `actor_role` text NOT NULL, `actor_id` blob NOT NULL, `request_id` text NOT NULL DEFAULT '', `action` text NOT NULL, `subject_id` blob NULL, `before` text NOT NULL, `after` text NOT NULL, `real_at` datetime NOT NULL, `created_at` datetime NOT NULL, `hash` blob NULL, PRIMARY KEY (`id`));
-- Create index "auditentry_shop_id_number" to table: "audit_entries"
CREATE UNIQUE INDEX `auditentry_shop_id_number` ON `audit_entries` (`shop_id`, `number`);
-- Create index "auditentry_actor_id" to table: "audit_entries"
CREATE INDEX `auditentry_actor_id` ON `audit_entries` (`actor_id`);
-- Create index "auditentry_subject_id" to table: "audit_entries"
CREATE INDEX `auditentry_subject_id` ON `audit_entries` (`subject_id`);
-- Create "audit_heads" table
CREATE TABLE `audit_heads` (`id` blob NOT NULL, `number` integer NOT NULL DEFAULT 0, `hash` blob NULL, PRIMARY KEY (`id`));
-- Create "benefit_uses" table
CREATE TABLE `benefit_uses` (`id` blob NOT NULL, `benefit_id` blob NOT NULL, `buyer_id` blob NOT NULL, `order_id` blob NULL, `status` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "benefituse_benefit_id_buyer_id" to table: "benefit_uses"
CREATE UNIQUE INDEX `benefituse_benefit_id_buyer_id` ON `benefit_uses` (`benefit_id`, `buyer_id`);
-- Create index "benefituse_order_id" to table: "benefit_uses"
CREATE INDEX `benefituse_order_id` ON `benefit_uses` (`order_id`);
-- Create "bill_differences" table
CREATE TABLE `bill_differences` (`id` blob NOT NULL, `bill_id` blob NOT NULL, `channel` text NOT NULL, `day` text NOT NULL, `kind` text NOT NULL, `status` text NOT NULL, `about` text NULL, `number` text NOT NULL DEFAULT '', `trade_no` text NOT NULL DEFAULT '', `here` integer NOT NULL DEFAULT 0, `there` integer NOT NULL DEFAULT 0, `currency` text NOT NULL DEFAULT '', `detail` text NOT NULL DEFAULT '', `note` text NOT NULL DEFAULT '', `resolved_at` datetime NULL, `resolved_by` blob NULL, `created_at` datetime NOT NULL, `order_id` blob NULL, `payment_id` blob NULL, `refund_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "billdifference_channel_day_number_kind" to table: "bill_differences"
CREATE UNIQUE INDEX `billdifference_channel_day_number_kind` ON `bill_differences` (`channel`, `day`, `number`, `kind`);
-- Create index "billdifference_status" to table: "bill_differences"
CREATE INDEX `billdifference_status` ON `bill_differences` (`status`);
-- Create "bill_lines" table
CREATE TABLE `bill_lines` (`id` blob NOT NULL, `bill_id` blob NOT NULL, `kind` text NOT NULL, `number` text NOT NULL, `trade_no` text NOT NULL DEFAULT '', `state` text NOT NULL, `amount` integer NOT NULL, `currency` text NOT NULL DEFAULT '', `happened_at` datetime NULL, `payment_id` blob NULL, `refund_id` blob NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "billline_bill_id_kind_number" to table: "bill_lines"
CREATE UNIQUE INDEX `billline_bill_id_kind_number` ON `bill_lines` (`bill_id`, `kind`, `number`);
-- Create "buyers" table
CREATE TABLE `buyers` (`id` blob NOT NULL, `subject` text NOT NULL, `level` integer NOT NULL DEFAULT 0, `units_placed` integer NOT NULL DEFAULT 0, `paced_until` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "buyer_subject" to table: "buyers"
CREATE UNIQUE INDEX `buyer_subject` ON `buyers` (`subject`);
-- Create "channel_bills" table
CREATE TABLE `channel_bills` (`id` blob NOT NULL, `channel` text NOT NULL, `day` text NOT NULL, `compared` integer NOT NULL DEFAULT 0, `settled` integer NOT NULL DEFAULT 0, `differences` integer NOT NULL DEFAULT 0, `hours` integer NOT NULL DEFAULT 0, `finished_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, PRIMARY KEY (`id`));
-- Create index "channelbill_channel_day" to table: "channel_bills"
CREATE UNIQUE INDEX `channelbill_channel_day` ON `channel_bills` (`channel`, `day`);
-- Create index "channelbill_next_attempt_at" to table: "channel_bills"
CREATE INDEX `channelbill_next_attempt_at` ON `channel_bills` (`next_attempt_at`);
-- Create "channel_notices" table
CREATE TABLE `channel_notices` (`id` blob NOT NULL, `channel` text NOT NULL, `notice_id` text NOT NULL, `body` blob NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "channelnotice_channel_notice_id" to table: "channel_notices"
CREATE UNIQUE INDEX `channelnotice_channel_notice_id` ON `channel_notices` (`channel`, `notice_id`);
-- Create "coupons" table
CREATE TABLE `coupons` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `status` text NOT NULL, `order_id` blob NULL, `number` integer NOT NULL DEFAULT 1, `created_at` datetime NOT NULL, `promotion_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "coupon_promotion_id_buyer_id_number" to table: "coupons"
CREATE UNIQUE INDEX `coupon_promotion_id_buyer_id_number` ON `coupons` (`promotion_id`, `buyer_id`, `number`);
-- Create index "coupon_buyer_id_status" to table: "coupons"
CREATE INDEX `coupon_buyer_id_status` ON `coupons` (`buyer_id`, `status`);
-- Create index "coupon_order_id" to table: "coupons"
CREATE INDEX `coupon_order_id` ON `coupons` (`order_id`);
-- Create "events" table
CREATE TABLE `events` (`id` blob NOT NULL, `buyer_id` blob NULL, `sequence` integer NULL, `type` text NOT NULL, `actor_role` text NOT NULL, `actor` text NOT NULL DEFAULT '', `payload` json NOT NULL, `position` integer NULL, `created_at` datetime NOT NULL, `shop_id` blob NULL, `order_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "event_order_id_sequence" to table: "events"
CREATE UNIQUE INDEX `event_order_id_sequence` ON `events` (`order_id`, `sequence`);
-- Create index "event_position_order_id_sequence" to table: "events"
CREATE INDEX `event_position_order_id_sequence` ON `events` (`position`, `order_id`, `sequence`);
-- Create index "event_shop_id_position" to table: "events"
CREATE INDEX `event_shop_id_position` ON `events` (`shop_id`, `position`);
-- Create "feed_heads" table
CREATE TABLE `feed_heads` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `position` integer NOT NULL DEFAULT 0, `oldest` integer NOT NULL DEFAULT 1, `epoch` integer NOT NULL, `holder` text NOT NULL DEFAULT '', `lease_until` datetime NULL, `connection` integer NOT NULL DEFAULT 0);
-- Create "former_numbers" table
CREATE TABLE `former_numbers` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `carrier` text NOT NULL, `tracking_number` text NOT NULL, `corrected_by` text NOT NULL, `track` json NOT NULL, `created_at` datetime NOT NULL, `shipment_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "formernumber_shipment_id" to table: "former_numbers"
CREATE INDEX `formernumber_shipment_id` ON `former_numbers` (`shipment_id`);
-- Create index "formernumber_tracking_number" to table: "former_numbers"
CREATE INDEX `formernumber_tracking_number` ON `former_numbers` (`tracking_number`);
-- Create "freight_templates" table
CREATE TABLE `freight_templates` (`id` blob NOT NULL, `logistics_class` text NOT NULL, `basis` text NOT NULL, `rule` json NOT NULL, `created_at` datetime NOT NULL, `shop_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "freighttemplate_shop_id_logistics_class" to table: "freight_templates"
CREATE UNIQUE INDEX `freighttemplate_shop_id_logistics_class` ON `freight_templates` (`shop_id`, `logistics_class`);
-- Create "idempotency_keys" table
CREATE TABLE `idempotency_keys` (`id` blob NOT NULL, `input_hash` blob NULL, `results` json NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create "interceptions" table
CREATE TABLE `interceptions` (`id` blob NOT NULL, `order_id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `status` text NOT NULL, `reported_by` text NULL, `note` blob NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `after_sale_id` blob NOT NULL, `shipment_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "interception_order_id" to table: "interceptions"
CREATE INDEX `interception_order_id` ON `interceptions` (`order_id`);
-- Create index "interception_shop_id" to table: "interceptions"
CREATE INDEX `interception_shop_id` ON `interceptions` (`shop_id`);
-- Create index "interception_shipment_id" to table: "interceptions"
CREATE INDEX `interception_shipment_id` ON `interceptions` (`shipment_id`);
-- Create index "interception_after_sale_id" to table: "interceptions"
CREATE INDEX `interception_after_sale_id` ON `interceptions` (`after_sale_id`);
-- Create index "interception_next_attempt_at" to table: "interceptions"
CREATE INDEX `interception_next_attempt_at` ON `interceptions` (`next_attempt_at`);
-- Create "member_benefits" table
CREATE TABLE `member_benefits` (`id` blob NOT NULL, `code` text NOT NULL, `title` text NOT NULL, `kind` text NOT NULL, `rule` json NOT NULL, `active` bool NOT NULL DEFAULT true, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "memberbenefit_code" to table: "member_benefits"
CREATE UNIQUE INDEX `memberbenefit_code` ON `member_benefits` (`code`);
-- Create "memos" table
CREATE TABLE `memos` (`id` blob NOT NULL, `author_id` blob NOT NULL, `text` blob NULL, `created_at` datetime NOT NULL, `shop_id` blob NOT NULL, `order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "memo_order_id" to table: "memos"
CREATE INDEX `memo_order_id` ON `memos` (`order_id`);
-- Create index "memo_shop_id" to table: "memos"
CREATE INDEX `memo_shop_id` ON `memos` (`shop_id`);
-- Create "orders" table
CREATE TABLE `orders` (`id` blob NOT NULL, `number` text NOT NULL, `sole_shop_id` blob NULL, `status` text NOT NULL, `close_reason` text NULL, `currency` text NOT NULL, `merchant_account` text NOT NULL, `payable` integer NOT NULL DEFAULT 0, `region` text NOT NULL, `address` blob NULL, `phone_index` blob NULL, `pay_due_at` datetime NOT NULL, `paid_at` datetime NULL, `closed_at` datetime NULL, `event_sequence` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `buyer_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "order_number" to table: "orders"
CREATE UNIQUE INDEX `order_number` ON `orders` (`number`);
-- Create index "order_buyer_id" to table: "orders"
CREATE INDEX `order_buyer_id` ON `orders` (`buyer_id`);
-- Create index "order_status_pay_due_at" to table: "orders"
CREATE INDEX `order_status_pay_due_at` ON `orders` (`status`, `pay_due_at`);
-- Create index "order_phone_index" to table: "orders"
CREATE INDEX `order_phone_index` ON `orders` (`phone_index`);
-- Create "order_items" table
CREATE TABLE `order_items` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `product_id` blob NOT NULL, `sku_code` text NOT NULL, `title` text NOT NULL, `image_url` text NOT NULL DEFAULT '', `weight_grams` integer NOT NULL DEFAULT 0, `deduction_mode` text NOT NULL, `gift_of_id` blob NULL, `currency` text NOT NULL, `unit_price` integer NOT NULL DEFAULT 0, `quantity` integer NOT NULL, `list_amount` integer NOT NULL DEFAULT 0, `payable` integer NOT NULL DEFAULT 0, `shares` json NOT NULL, `refundable` integer NOT NULL DEFAULT 0, `refundable_quantity` integer NOT NULL, `refunded` integer NOT NULL DEFAULT 0, `refunded_quantity` integer NOT NULL DEFAULT 0, `shipped_quantity` integer NOT NULL DEFAULT 0, `recalled_quantity` integer NOT NULL DEFAULT 0, `cancelled_quantity` integer NOT NULL DEFAULT 0, `short_quantity` integer NOT NULL DEFAULT 0, `after_sale_quantity` integer NOT NULL DEFAULT 0, `returned_quantity` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, `order_id` blob NOT NULL, `sku_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "orderitem_order_id" to table: "order_items"
CREATE INDEX `orderitem_order_id` ON `order_items` (`order_id`);
-- Create index "orderitem_sub_order_id" to table: "order_items"
CREATE INDEX `orderitem_sub_order_id` ON `order_items` (`sub_order_id`);
-- Create "payments" table
CREATE TABLE `payments` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `sole_shop_id` blob NULL, `attempt_id` blob NULL, `channel` text NOT NULL, `status` text NOT NULL, `verdict` text NULL, `close_cause` text NULL, `currency` text NOT NULL, `amount` integer NOT NULL DEFAULT 0, `paid_amount` integer NOT NULL DEFAULT 0, `transaction_id` text NULL, `client_params` json NULL, `expires_at` datetime NOT NULL, `paid_at` datetime NULL, `unsettled_since` datetime NULL, `failure` text NOT NULL DEFAULT '', `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "payment_order_id" to table: "payments"
CREATE INDEX `payment_order_id` ON `payments` (`order_id`);
-- Create index "payment_channel_transaction_id" to table: "payments"
CREATE UNIQUE INDEX `payment_channel_transaction_id` ON `payments` (`channel`, `transaction_id`);
-- Create index "payment_next_attempt_at" to table: "payments"
CREATE INDEX `payment_next_attempt_at` ON `payments` (`next_attempt_at`);
-- Create index "payment_paid_at" to table: "payments"
CREATE INDEX `payment_paid_at` ON `payments` (`paid_at`);
-- Create "policy_versions" table
CREATE TABLE `policy_versions` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `version` integer NOT NULL, `policy` json NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "policyversion_shop_id_version" to table: "policy_versions"
CREATE UNIQUE INDEX `policyversion_shop_id_version` ON `policy_versions` (`shop_id`, `version`);
-- Create "products" table
CREATE TABLE `products` (`id` blob NOT NULL, `code` text NOT NULL, `title` text NOT NULL, `image_url` text NOT NULL DEFAULT '', `created_at` datetime NOT NULL, `shop_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "product_shop_id_code" to table: "products"
CREATE UNIQUE INDEX `product_shop_id_code` ON `products` (`shop_id`, `code`);
-- Create "promotions" table
CREATE TABLE `promotions` (`id` blob NOT NULL, `code` text NOT NULL, `title` text NOT NULL, `kind` text NOT NULL, `scope` text NOT NULL, `funder` text NOT NULL, `rule` json NOT NULL, `starts_at` datetime NOT NULL, `ends_at` datetime NOT NULL, `stacking_group` text NOT NULL DEFAULT '', `quota` integer NULL, `quota_per_buyer` integer NULL, `active` bool NOT NULL DEFAULT true, `created_at` datetime NOT NULL, `shop_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "promotion_code" to table: "promotions"
CREATE UNIQUE INDEX `promotion_code` ON `promotions` (`code`);
-- Create index "promotion_shop_id" to table: "promotions"
CREATE INDEX `promotion_shop_id` ON `promotions` (`shop_id`);
-- Create index "promotion_active_ends_at" to table: "promotions"
CREATE INDEX `promotion_active_ends_at` ON `promotions` (`active`, `ends_at`);
-- Create "quota" table
CREATE TABLE `quota` (`id` blob NOT NULL, `promotion_id` blob NOT NULL, `buyer_id` blob NOT NULL, `taken` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "quota_promotion_id_buyer_id" to table: "quota"
CREATE UNIQUE INDEX `quota_promotion_id_buyer_id` ON `quota` (`promotion_id`, `buyer_id`);
-- Create "quota_uses" table
CREATE TABLE `quota_uses` (`id` blob NOT NULL, `promotion_id` blob NOT NULL, `buyer_id` blob NOT NULL, `order_id` blob NOT NULL, `status` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "quotause_order_id_promotion_id" to table: "quota_uses"
CREATE UNIQUE INDEX `quotause_order_id_promotion_id` ON `quota_uses` (`order_id`, `promotion_id`);
-- Create index "quotause_promotion_id_buyer_id" to table: "quota_uses"
CREATE INDEX `quotause_promotion_id_buyer_id` ON `quota_uses` (`promotion_id`, `buyer_id`);
-- Create "refunds" table
CREATE TABLE `refunds` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `sole_shop_id` blob NULL, `replaces_id` blob NULL, `trigger` text NOT NULL, `status` text NOT NULL, `currency` text NOT NULL, `amount` integer NOT NULL DEFAULT 0, `freight` integer NOT NULL DEFAULT 0, `channel_refund_id` text NULL, `failure` text NOT NULL DEFAULT '', `succeeded_at` datetime NULL, `submitted_at` datetime NULL, `outside_proof` text NOT NULL DEFAULT '', `outside_by` blob NULL, `outside_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `after_sale_id` blob NULL, `order_id` blob NOT NULL, `payment_id` blob NULL, `sub_order_id` blob NULL, `shop_id` blob NULL, `shortage_id` blob NULL, PRIMARY KEY (`id`));
-- Create index "refund_order_id" to table: "refunds"
CREATE INDEX `refund_order_id` ON `refunds` (`order_id`);
-- Create index "refund_payment_id" to table: "refunds"
CREATE INDEX `refund_payment_id` ON `refunds` (`payment_id`);
-- Create index "refund_sub_order_id" to table: "refunds"
CREATE INDEX `refund_sub_order_id` ON `refunds` (`sub_order_id`);
-- Create index "refund_shop_id" to table: "refunds"
CREATE INDEX `refund_shop_id` ON `refunds` (`shop_id`);
-- Create index "refund_next_attempt_at" to table: "refunds"
CREATE INDEX `refund_next_attempt_at` ON `refunds` (`next_attempt_at`);
-- Create index "refund_replaces_id" to table: "refunds"
CREATE UNIQUE INDEX `refund_replaces_id` ON `refunds` (`replaces_id`);
-- Create index "refund_after_sale_id" to table: "refunds"
CREATE INDEX `refund_after_sale_id` ON `refunds` (`after_sale_id`);
-- Create index "refund_shortage_id" to table: "refunds"
CREATE INDEX `refund_shortage_id` ON `refunds` (`shortage_id`);
-- Create index "refund_succeeded_at" to table: "refunds"
CREATE INDEX `refund_succeeded_at` ON `refunds` (`succeeded_at`);
-- Create "refund_lines" table
CREATE TABLE `refund_lines` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `quantity` integer NOT NULL, `unshipped` bool NOT NULL DEFAULT false, `amount` integer NOT NULL DEFAULT 0, `currency` text NOT NULL, `created_at` datetime NOT NULL, `refund_id` blob NOT NULL, `item_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "refundline_refund_id" to table: "refund_lines"
CREATE INDEX `refundline_refund_id` ON `refund_lines` (`refund_id`);
-- Create index "refundline_item_id" to table: "refund_lines"
CREATE INDEX `refundline_item_id` ON `refund_lines` (`item_id`);
-- Create index "refundline_sub_order_id" to table: "refund_lines"
CREATE INDEX `refundline_sub_order_id` ON `refund_lines` (`sub_order_id`);
-- Create "reservations" table
CREATE TABLE `reservations` (`id` blob NOT NULL, `order_id` blob NOT NULL, `item_id` blob NOT NULL, `stock_id` blob NOT NULL, `shop_id` blob NOT NULL, `quantity` integer NOT NULL, `status` text NOT NULL, `transfer_id` blob NULL, `after_sale_id` blob NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "reservation_order_id" to table: "reservations"
CREATE INDEX `reservation_order_id` ON `reservations` (`order_id`);
-- Create index "reservation_item_id" to table: "reservations"
CREATE INDEX `reservation_item_id` ON `reservations` (`item_id`);
-- Create "reviews" table
CREATE TABLE `reviews` (`id` blob NOT NULL, `order_id` blob NOT NULL, `product_id` blob NOT NULL, `buyer_id` blob NOT NULL, `rating` integer NOT NULL, `text` text NOT NULL DEFAULT '', `appended` text NOT NULL DEFAULT '', `appended_at` datetime NULL, `reply` text NOT NULL DEFAULT '', `replied_at` datetime NULL, `created_at` datetime NOT NULL, `item_id` blob NOT NULL, `sub_order_id` blob NOT NULL, `shop_id` blob NOT NULL, `sku_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "reviews_item_id_key" to table: "reviews"
CREATE UNIQUE INDEX `reviews_item_id_key` ON `reviews` (`item_id`);
-- Create index "review_item_id" to table: "reviews"
CREATE UNIQUE INDEX `review_item_id` ON `reviews` (`item_id`);
-- Create index "review_order_id" to table: "reviews"
CREATE INDEX `review_order_id` ON `reviews` (`order_id`);
-- Create index "review_sub_order_id" to table: "reviews"
CREATE INDEX `review_sub_order_id` ON `reviews` (`sub_order_id`);
-- Create index "review_shop_id" to table: "reviews"
CREATE INDEX `review_shop_id` ON `reviews` (`shop_id`);
-- Create index "review_product_id" to table: "reviews"
CREATE INDEX `review_product_id` ON `reviews` (`product_id`);
-- Create index "review_sku_id" to table: "reviews"
CREATE INDEX `review_sku_id` ON `reviews` (`sku_id`);
-- Create index "review_buyer_id" to table: "reviews"
CREATE INDEX `review_buyer_id` ON `reviews` (`buyer_id`);
-- Create "settings" table
CREATE TABLE `settings` (`name` text NOT NULL, `value` text NOT NULL, PRIMARY KEY (`name`));
-- Create "shipments" table
CREATE TABLE `shipments` (`id` blob NOT NULL, `number` text NOT NULL, `buyer_id` blob NOT NULL, `purpose` text NOT NULL, `stage` text NOT NULL, `carrier_stage` text NULL, `carrier` text NOT NULL DEFAULT '', `tracking_number` text NOT NULL DEFAULT '', `corrected_at` datetime NULL, `handed_over_at` datetime NULL, `delivered_at` datetime NULL, `tracking_stale_since` datetime NULL, `heard_at` datetime NULL, `unanswered_since` datetime NULL, `unanswered_until` datetime NULL, `subscribed` bool NOT NULL DEFAULT false, `needs_merchant` bool NOT NULL DEFAULT false, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `after_sale_id` blob NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "shipment_number" to table: "shipments"
CREATE UNIQUE INDEX `shipment_number` ON `shipments` (`number`);
-- Create index "shipment_order_id" to table: "shipments"
CREATE INDEX `shipment_order_id` ON `shipments` (`order_id`);
-- Create index "shipment_shop_id_stage" to table: "shipments"
CREATE INDEX `shipment_shop_id_stage` ON `shipments` (`shop_id`, `stage`);
-- Create index "shipment_warehouse_id_stage" to table: "shipments"
CREATE INDEX `shipment_warehouse_id_stage` ON `shipments` (`warehouse_id`, `stage`);
-- Create index "shipment_tracking_number" to table: "shipments"
CREATE INDEX `shipment_tracking_number` ON `shipments` (`tracking_number`);
-- Create index "shipment_after_sale_id" to table: "shipments"
CREATE INDEX `shipment_after_sale_id` ON `shipments` (`after_sale_id`);
-- Create index "shipment_next_attempt_at" to table: "shipments"
CREATE INDEX `shipment_next_attempt_at` ON `shipments` (`next_attempt_at`);
-- Create "shipment_items" table
CREATE TABLE `shipment_items` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `quantity` integer NOT NULL, `created_at` datetime NOT NULL, `shipment_id` blob NOT NULL, `item_id` blob NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "shipmentitem_shipment_id_item_id" to table: "shipment_items"
CREATE UNIQUE INDEX `shipmentitem_shipment_id_item_id` ON `shipment_items` (`shipment_id`, `item_id`);
-- Create index "shipmentitem_item_id" to table: "shipment_items"
CREATE INDEX `shipmentitem_item_id` ON `shipment_items` (`item_id`);
-- Create index "shipmentitem_sub_order_id" to table: "shipment_items"
CREATE INDEX `shipmentitem_sub_order_id` ON `shipment_items` (`sub_order_id`);
-- Create "shops" table
CREATE TABLE `shops` (`id` blob NOT NULL, `code` text NOT NULL, `name` text NOT NULL, `currency` text NOT NULL, `merchant_account` text NOT NULL, `proposed_account` text NOT NULL DEFAULT '', `proposed_by` blob NULL, `return_address` blob NULL, `policy` json NOT NULL, `policy_version` integer NOT NULL DEFAULT 1, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "shop_code" to table: "shops"
CREATE UNIQUE INDEX `shop_code` ON `shops` (`code`);
-- Create "shortages" table
CREATE TABLE `shortages` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `quantity` integer NOT NULL, `cause` text NOT NULL, `status` text NOT NULL, `options` json NULL, `offered_warehouse_id` blob NULL, `transfer_id` blob NULL, `due_at` datetime NULL, `ended_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `order_id` blob NOT NULL, `sub_order_id` blob NOT NULL, `item_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "shortage_order_id" to table: "shortages"
CREATE INDEX `shortage_order_id` ON `shortages` (`order_id`);
-- Create index "shortage_item_id" to table: "shortages"
CREATE INDEX `shortage_item_id` ON `shortages` (`item_id`);
-- Create index "shortage_sub_order_id" to table: "shortages"
CREATE INDEX `shortage_sub_order_id` ON `shortages` (`sub_order_id`);
-- Create index "shortage_shop_id_status" to table: "shortages"
CREATE INDEX `shortage_shop_id_status` ON `shortages` (`shop_id`, `status`);
-- Create index "shortage_buyer_id_status" to table: "shortages"
CREATE INDEX `shortage_buyer_id_status` ON `shortages` (`buyer_id`, `status`);
-- Create index "shortage_warehouse_id_status" to table: "shortages"
CREATE INDEX `shortage_warehouse_id_status` ON `shortages` (`warehouse_id`, `status`);
-- Create index "shortage_status_due_at" to table: "shortages"
CREATE INDEX `shortage_status_due_at` ON `shortages` (`status`, `due_at`);
-- Create index "shortage_offered_warehouse_id" to table: "shortages"
CREATE INDEX `shortage_offered_warehouse_id` ON `shortages` (`offered_warehouse_id`);
-- Create index "shortage_transfer_id" to table: "shortages"
CREATE INDEX `shortage_transfer_id` ON `shortages` (`transfer_id`);
-- Create "skus" table
CREATE TABLE `skus` (`id` blob NOT NULL, `code` text NOT NULL, `title` text NOT NULL, `image_url` text NOT NULL DEFAULT '', `price` integer NOT NULL DEFAULT 0, `currency` text NOT NULL, `weight_grams` integer NOT NULL DEFAULT 0, `logistics_class` text NOT NULL, `deduction_mode` text NULL, `on_sale` bool NOT NULL DEFAULT true, `created_at` datetime NOT NULL, `product_id` blob NOT NULL, `shop_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "sku_shop_id_code" to table: "skus"
CREATE UNIQUE INDEX `sku_shop_id_code` ON `skus` (`shop_id`, `code`);
-- Create index "sku_product_id" to table: "skus"
CREATE INDEX `sku_product_id` ON `skus` (`product_id`);
-- Create "staffs" table
CREATE TABLE `staffs` (`id` blob NOT NULL, `subject` text NOT NULL, `role` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "staff_subject_role" to table: "staffs"
CREATE UNIQUE INDEX `staff_subject_role` ON `staffs` (`subject`, `role`);
-- Create "stocks" table
CREATE TABLE `stocks` (`id` blob NOT NULL, `on_hand` integer NOT NULL DEFAULT 0, `reserved` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, `sku_id` blob NOT NULL, `warehouse_id` blob NOT NULL, `shop_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "stock_sku_id_warehouse_id" to table: "stocks"
CREATE UNIQUE INDEX `stock_sku_id_warehouse_id` ON `stocks` (`sku_id`, `warehouse_id`);
-- Create index "stock_warehouse_id" to table: "stocks"
CREATE INDEX `stock_warehouse_id` ON `stocks` (`warehouse_id`);
-- Create index "stock_shop_id" to table: "stocks"
CREATE INDEX `stock_shop_id` ON `stocks` (`shop_id`);
-- Create "stock_movements" table
CREATE TABLE `stock_movements` (`id` blob NOT NULL, `shop_id` blob NOT NULL, `on_hand_delta` integer NOT NULL, `reserved_delta` integer NOT NULL, `cause` text NOT NULL, `reservation_id` blob NULL, `transfer_id` blob NULL, `note` text NOT NULL DEFAULT '', `actor_role` text NOT NULL, `actor` text NOT NULL DEFAULT '', `created_at` datetime NOT NULL, `stock_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "stockmovement_stock_id" to table: "stock_movements"
CREATE INDEX `stockmovement_stock_id` ON `stock_movements` (`stock_id`);
-- Create index "stockmovement_shop_id" to table: "stock_movements"
CREATE INDEX `stockmovement_shop_id` ON `stock_movements` (`shop_id`);
-- Create "stock_transfers" table
CREATE TABLE `stock_transfers` (`id` blob NOT NULL, `order_id` blob NULL, `status` text NOT NULL, `quantity` integer NOT NULL, `received_quantity` integer NOT NULL DEFAULT 0, `lost_quantity` integer NOT NULL DEFAULT 0, `note` text NOT NULL DEFAULT '', `created_at` datetime NOT NULL, `shop_id` blob NOT NULL, `sku_id` blob NOT NULL, `item_id` blob NULL, `from_warehouse_id` blob NOT NULL, `to_warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "stocktransfer_shop_id_status" to table: "stock_transfers"
CREATE INDEX `stocktransfer_shop_id_status` ON `stock_transfers` (`shop_id`, `status`);
-- Create index "stocktransfer_sku_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_sku_id` ON `stock_transfers` (`sku_id`);
-- Create index "stocktransfer_order_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_order_id` ON `stock_transfers` (`order_id`);
-- Create index "stocktransfer_item_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_item_id` ON `stock_transfers` (`item_id`);
-- Create index "stocktransfer_from_warehouse_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_from_warehouse_id` ON `stock_transfers` (`from_warehouse_id`);
-- Create index "stocktransfer_to_warehouse_id" to table: "stock_transfers"
CREATE INDEX `stocktransfer_to_warehouse_id` ON `stock_transfers` (`to_warehouse_id`);
-- Create "sub_order_holds" table
CREATE TABLE `sub_order_holds` (`id` blob NOT NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `held_by` text NOT NULL, `reason` text NOT NULL, `note` blob NULL, `released_at` datetime NULL, `created_at` datetime NOT NULL, `sub_order_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "suborderhold_sub_order_id" to table: "sub_order_holds"
CREATE INDEX `suborderhold_sub_order_id` ON `sub_order_holds` (`sub_order_id`);
-- Create index "suborderhold_released_at_shop_id" to table: "sub_order_holds"
CREATE INDEX `suborderhold_released_at_shop_id` ON `sub_order_holds` (`released_at`, `shop_id`);
-- Create "sub_orders" table
CREATE TABLE `sub_orders` (`id` blob NOT NULL, `number` text NOT NULL, `buyer_id` blob NOT NULL, `policy_version` integer NOT NULL, `logistics_class` text NOT NULL, `status` text NOT NULL, `close_reason` text NULL, `currency` text NOT NULL, `list_amount` integer NOT NULL DEFAULT 0, `goods_payable` integer NOT NULL DEFAULT 0, `freight_list` integer NOT NULL DEFAULT 0, `freight` integer NOT NULL DEFAULT 0, `freight_refundable` integer NOT NULL DEFAULT 0, `freight_refunded` integer NOT NULL DEFAULT 0, `freight_shares` json NOT NULL, `weight_grams` integer NOT NULL DEFAULT 0, `note` blob NULL, `address` blob NULL, `ship_due_at` datetime NULL, `held_at` datetime NULL, `shop_hold` bool NOT NULL DEFAULT false, `platform_hold` bool NOT NULL DEFAULT false, `address_due_at` datetime NULL, `reminded_at` datetime NULL, `shipped_at` datetime NULL, `receipt_due_at` datetime NULL, `trouble_due_at` datetime NULL, `receipt_extended` bool NOT NULL DEFAULT false, `received_at` datetime NULL, `complete_due_at` datetime NULL, `completed_at` datetime NULL, `review_remind_at` datetime NULL, `awaiting_review` bool NOT NULL DEFAULT false, `open_requests` integer NOT NULL DEFAULT 0, `paused_at` datetime NULL, `paused_seconds` integer NOT NULL DEFAULT 0, `closed_at` datetime NULL, `next_due_at` datetime NULL, `created_at` datetime NOT NULL, `next_attempt_at` datetime NULL, `attempts` integer NOT NULL DEFAULT 0, `claimed_until` datetime NULL, `order_id` blob NOT NULL, `shop_id` blob NOT NULL, `warehouse_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "suborder_order_id" to table: "sub_orders"
CREATE INDEX `suborder_order_id` ON `sub_orders` (`order_id`);
-- Create index "suborder_shop_id_status" to table: "sub_orders"
CREATE INDEX `suborder_shop_id_status_awaiting_review` ON `sub_orders` (`shop_id`, `status`, `awaiting_review`);
-- Create index "suborder_shop_id_order_id" to table: "sub_orders"
CREATE INDEX `suborder_shop_id_order_id` ON `sub_orders` (`shop_id`, `order_id`);
-- Create index "suborder_buyer_id_status" to table: "sub_orders"
CREATE INDEX `suborder_buyer_id_status` ON `sub_orders` (`buyer_id`, `status`);
-- Create index "suborder_next_due_at" to table: "sub_orders"
CREATE INDEX `suborder_next_due_at` ON `sub_orders` (`next_due_at`);
-- Create "tracking_events" table
CREATE TABLE `tracking_events` (`id` blob NOT NULL, `buyer_id` blob NOT NULL, `shop_id` blob NOT NULL, `occurred_at` datetime NOT NULL, `stage` text NOT NULL, `correction` bool NOT NULL DEFAULT false, `text` blob NULL, `location` blob NULL, `fingerprint` blob NULL, `reported_by` text NULL, `created_at` datetime NOT NULL, `shipment_id` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "trackingevent_shipment_id_fingerprint" to table: "tracking_events"
CREATE UNIQUE INDEX `trackingevent_shipment_id_fingerprint` ON `tracking_events` (`shipment_id`, `fingerprint`);
-- Create "warehouses" table
CREATE TABLE `warehouses` (`id` blob NOT NULL, `code` text NOT NULL, `name` text NOT NULL, `region` text NOT NULL, `return_address` blob NULL, `priority` integer NOT NULL DEFAULT 0, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "warehouse_code" to table: "warehouses"
CREATE UNIQUE INDEX `warehouse_code` ON `warehouses` (`code`);
